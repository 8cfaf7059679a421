"""Texts that identify log records and errors of LiveKit, which have neither a code nor a type.
Used by `log_filters.py` and `log_privacy.py`."""

from __future__ import annotations

from typing import Final

LOST_SERVER: Final = "failed to connect to livekit"
CLOSED_SESSION_HOST: Final = "room session transport is closed"
STREAM_IS_CLOSED: Final = ".SpeechStream is closed"
STREAM_HAS_ENDED: Final = ".SpeechStream input ended"
"""Raised by an STT stream that its provider refused, when a frame is pushed to it."""
LOST_ROOM: Final = "failed to send session event"
"""Logged several times for each room that is gone."""
LOST_MCP_SERVER: Final = "MCP client connection failed with unexpected error"
UNKNOWN_HANDLE: Final = "Attempted to drop unknown FFI handle"
DATA_CHANNEL: Final = "data channel '"
"""Logged by livekit-rtc, as warnings and errors, for every room that ends well."""
UNREAD_STREAM: Final = "ignoring (text|byte) stream with topic"
"""A pattern. Logged for each stream that a participant opens on a topic that nobody reads."""
LIBRARY_MODULES: Final = r"livekit_(data_stream|rpc)[\w:.]*"
"""A pattern: the module, and the line if given, of livekit-rtc's library that logs what a
participant sent."""
BEFORE_WORDS: Final = (
    r"pushed for text: |\bbody=|error running user callback for \w+: |─+ keyterm detection ─+\s"
)
"""A pattern: words of callers or agent follow it in a message or an error."""
EXTRAS_WITH_WORDS: Final = {"keyterms changed": ("added", "removed")}
"""Extras with words that LiveKit does not mark as such, by message."""
