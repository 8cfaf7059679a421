"""Bounds what the participants of a room may send as data streams.

LiveKit gathers two kinds of stream whole: typed text, which `typed.py` reads in its place, and
pre-connect audio, what a client recorded while it was still connecting. LiveKit's reader of the
latter (`room_io/_pre_connect_audio.py` of LiveKit Agents 1.8.9) takes any number of streams of any
length from any participant, and keeps what no track ever asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from livekit import rtc

LONGEST: Final = 2_000_000
"""Bytes of one stream. Pre-connect audio is at most 10 s, 0.96 MB at 48 kHz."""
MOST: Final = 4
"""Byte streams of one call. A caller connects once, and again when the line was lost."""

Handler = Callable[[rtc.ByteStreamReader, str], None]


def bound_streams(room: rtc.Room) -> None:
    """Bound the streams of a room that is not joined yet. A longer stream ends in an error for its
    reader; one too many is closed unread."""
    connect, register = room.connect, room.register_byte_stream_handler
    left = MOST

    async def bounded_connect(url: str, token: str, options: rtc.RoomOptions | None = None) -> None:
        options = options or rtc.RoomOptions()
        options.data_stream = rtc.DataStreamOptions(max_payload_byte_length=LONGEST)
        await connect(url, token, options)

    def bounded_register(topic: str, handler: Handler) -> None:
        def take(reader: rtc.ByteStreamReader, identity: str) -> None:
            nonlocal left
            if left > 0:
                left -= 1
                handler(reader, identity)
            else:
                # Left open, it would be kept for the rest of the call.
                reader.close()

        register(topic, take)

    room.connect = bounded_connect  # type: ignore[method-assign]
    room.register_byte_stream_handler = bounded_register  # type: ignore[method-assign]
