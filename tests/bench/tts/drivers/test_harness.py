"""Feeding a reply and timing what comes of it."""

import asyncio

import pytest

from bench.tts.drivers.harness import PeerFailed, Tokens, listen
from bench.tts.drivers.messages import Say

RATE = 1000
SECOND = bytes(2 * RATE)


class Peer:
    """Takes all tokens, yields some seconds of audio, and then raises, hangs or ends."""

    def __init__(self, seconds: float = 1.0, then: Exception | None = None, hangs: bool = False):
        self.seconds, self.then, self.hangs = seconds, then, hangs
        self.tokens: list[str] = []
        self.is_closed = False

    async def speak(self, tokens: Tokens):
        """One piece of audio."""
        try:
            async for token in tokens:
                self.tokens.append(token)
            if self.seconds:
                yield SECOND[: round(self.seconds * len(SECOND))], RATE
            if self.hangs:
                await asyncio.Event().wait()
            if self.then is not None:
                raise self.then
        finally:
            self.is_closed = True

    async def aclose(self):
        """Nothing is held."""


def say(**fields) -> Say:
    """A reply of three tokens, quickly."""
    return Say(**{"number": 1, "text": "One two thr", "token_seconds": 0.01} | fields)


async def test_tokens_come_by_the_clock():
    """Four characters every so often, the last one shorter, and the clock starts with the first."""
    peer = Peer()
    delivery = await listen(peer, say())
    assert peer.tokens == ["One ", "two ", "thr"]
    assert 0.02 <= delivery.chunks[0][0] <= delivery.ended
    assert (delivery.sample_rate, delivery.failed) == (RATE, "")


async def test_a_text_at_once():
    """Without an interval the text is one token."""
    peer = Peer()
    await listen(peer, say(token_seconds=0.0))
    assert peer.tokens == ["One two thr"]


async def test_what_the_peer_raises_is_reported():
    """What was heard before it failed is kept."""
    delivery = await listen(peer := Peer(then=PeerFailed("APIError")), say())
    assert delivery.failed == "APIError"
    assert len(delivery.chunks) == 1
    assert peer.is_closed


async def test_barge_in():
    """The caller interrupts so long after the first audio, and the peer's reply is closed."""
    delivery = await listen(peer := Peer(hangs=True), say(stop_after=0.02))
    assert delivery.failed == "interrupted"
    assert delivery.ended >= delivery.chunks[0][0] + 0.02
    assert peer.is_closed


@pytest.mark.parametrize("seconds", [0.0, 0.05])
async def test_patience_ends_after_the_audio_has_played(seconds):
    """A caller hangs up when nothing plays for a while; audio that still plays does not count."""
    delivery = await listen(peer := Peer(seconds, hangs=True), say(patience=0.1))
    assert delivery.failed == "silence"
    heard = delivery.chunks[0][0] + seconds if seconds else 0.0
    assert delivery.ended >= heard + 0.1
    assert peer.is_closed


async def test_a_bug_in_the_bench_is_no_failure_of_the_peer():
    """Any other error is raised: the run must end, not count it."""
    with pytest.raises(KeyError):
        await listen(Peer(then=KeyError("bench")), say())


async def test_replies_at_the_same_time():
    """Each reply has a clock of its own."""
    many = [listen(Peer(), say(number=number)) for number in range(8)]
    assert sorted(delivery.number for delivery in await asyncio.gather(*many)) == list(range(8))
