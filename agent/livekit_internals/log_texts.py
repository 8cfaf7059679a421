"""Texts by which log records and errors of LiveKit are recognised: they carry no code and have no
type of their own. Read by `log_filters.py` and `log_privacy.py`."""

from __future__ import annotations

from typing import Final

LOST_SERVER: Final = "failed to connect to livekit"
CLOSED_SESSION_HOST: Final = "room session transport is closed"
STREAM_IS_CLOSED: Final = ".SpeechStream is closed"
STREAM_HAS_ENDED: Final = ".SpeechStream input ended"
"""Of an STT stream that its provider refused, and that frames are still pushed to."""
LOST_ROOM: Final = "failed to send session event"
"""Several times for each room that is gone."""
UNKNOWN_HANDLE: Final = "Attempted to drop unknown FFI handle"
DATA_CHANNEL: Final = "data channel '"
"""livekit-rtc's, as warnings and errors, of every room that ends well."""
UNREAD_STREAM: Final = "ignoring (text|byte) stream with topic"
"""A pattern. Logged for each stream that a participant opens on a topic of its own."""
LIBRARY_MODULES: Final = r"livekit_(data_stream|rpc)[\w:.]*"
"""A pattern: the module and, where it is given, the line of livekit-rtc's library that logs what a
participant chose to send."""
BEFORE_WORDS: Final = (
    r"pushed for text: |\bbody=|error running user callback for \w+: |─+ keyterm detection ─+\s"
)
"""A pattern: words of callers or agent follow it in a message or an error."""
EXTRAS_WITH_WORDS: Final = {"keyterms changed": ("added", "removed")}
"""Extras with words that LiveKit does not mark as such, by message."""
