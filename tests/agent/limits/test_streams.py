"""No participant can fill the memory of a call with data streams."""

from __future__ import annotations

from typing import Any

from livekit import rtc
from livekit.agents.voice.room_io import _pre_connect_audio as pre_connect

from agent.limits.streams import LONGEST, MOST, bound_streams


class Room(rtc.Room):
    """One whose connection goes nowhere; what was asked of it is kept."""

    async def connect(self, url: str, token: str, options: Any = None) -> None:
        self.asked = (url, token, options)


class Reader:
    """A stream that somebody has opened."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


async def test_a_stream_has_a_longest_length_and_other_options_stay() -> None:
    """It is LiveKit's library that ends a longer one, before its bytes are gathered."""
    room = Room()
    bound_streams(room)
    await room.connect("ws://h", "t", options=rtc.RoomOptions(auto_subscribe=False))
    url, token, options = room.asked
    assert (url, token, options.auto_subscribe) == ("ws://h", "t", False)
    assert options.data_stream.max_payload_byte_length == LONGEST


async def test_a_call_takes_a_few_byte_streams_and_closes_all_others() -> None:
    """Whoever sends them, and however long the call is."""
    room, taken = Room(), []
    bound_streams(room)
    room.register_byte_stream_handler("topic", lambda reader, identity: taken.append(reader))
    handler: Any = room._byte_stream_handlers["topic"]
    readers = [Reader() for _ in range(MOST + 3)]
    for reader in readers:
        handler(reader, "stranger")
    assert taken == readers[:MOST]
    assert [reader.is_closed for reader in readers] == [False] * MOST + [True] * 3


async def test_livekit_registers_its_handler_of_pre_connect_audio_on_the_room() -> None:
    """Else its streams would pass the bound by."""
    room = Room()
    bound_streams(room)
    handler = pre_connect.PreConnectAudioHandler(room=room, timeout=1)
    handler.register()
    registered = room._byte_stream_handlers[pre_connect.PRE_CONNECT_AUDIO_BUFFER_STREAM]
    assert registered.__module__ == bound_streams.__module__
