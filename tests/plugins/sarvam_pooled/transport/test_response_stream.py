"""One response: its Events in order, or the error that ends it."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.errors import ConnectionLost
from livekit.plugins.sarvam_pooled.transport.response_stream import ResponseStream
from livekit.plugins.sarvam_pooled.transport.wire import Audio, Complete, Failure

AUDIO = Audio(b"ab", "request-1")


async def test_events_come_in_order_and_each_audio_is_reported_when_it_is_fetched() -> None:
    """Reading goes on by what was fetched, not by what was put."""
    fetched: list[Audio] = []
    response = ResponseStream(fetched.append)
    for event in (AUDIO, Complete()):
        response.put(event)
    assert fetched == []
    assert [await response.next(), await response.next()] == [AUDIO, Complete()]
    assert fetched == [AUDIO]


async def test_audio_before_an_error_is_still_fetched() -> None:
    """What came is played; then the error is raised."""
    response = ResponseStream()
    response.put(AUDIO)
    response.put(Failure(ConnectionLost("x")))
    assert await response.next() == AUDIO
    with pytest.raises(ConnectionLost):
        await response.next()
