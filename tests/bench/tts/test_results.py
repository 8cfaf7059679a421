"""A reply as it was delivered, judged as a whole."""

import math
from collections.abc import Callable, Sequence

import pytest

from bench.tts.drivers.messages import Delivery
from bench.tts.results import HeardReply, Result, judge
from bench.tts.runner import recogniser
from bench.tts.tables import HEARD
from sandbox.voice import word_tones

RATE = 24000
SECOND = 48000  # bytes
TEXT = "Of course. Which day would suit you best?"


@pytest.fixture
def deliver() -> Callable[..., HeardReply]:
    """Judges `TEXT` as if `parts` of sound had arrived `at` these seconds."""

    def judge_parts(parts: Sequence[bytes], at: Sequence[float] | None = None) -> HeardReply:
        times = at if at is not None else [0.3] * len(parts)
        chunks = list(zip(times, parts, strict=True))
        return judge(
            Delivery(number=1, sample_rate=RATE, chunks=chunks, ended=20.0, failed=""),
            TEXT,
            recogniser,
        )

    return judge_parts


@pytest.fixture
def sound() -> bytes:
    """`TEXT`, said once."""
    return word_tones(TEXT, sample_rate=RATE)


def test_a_reply_that_is_whole(deliver, sound):
    """All words, no hole, and the end reported after it had played."""
    reply = deliver([sound[:SECOND], sound[SECOND:]])
    assert reply.is_whole
    assert reply.holes == ()
    assert reply.first_audible == pytest.approx(0.3, abs=0.01)
    assert reply.last_arrived == 0.3
    assert reply.ends_late == pytest.approx(19.7 - len(sound) / SECOND)


def test_pieces_in_the_wrong_order(deliver, sound):
    """Order is judged from the sound, not from what was asked for."""
    assert not deliver([sound[SECOND:], sound[:SECOND]]).is_whole


def test_a_reply_said_twice(deliver, sound):
    """Everything once is not everything twice."""
    assert not deliver([sound, sound]).is_whole


def test_half_a_reply(deliver, sound):
    """A reply that ends early is not whole, however quietly the peer ended it."""
    reply = deliver([sound[:SECOND]])
    assert not reply.failed
    assert reply.word_diff.lost


def test_a_late_piece(deliver, sound):
    """A stall in the middle leaves the words whole and is seen as a hole."""
    reply = deliver([sound[:SECOND], sound[SECOND:]], at=[0.3, 2.3])
    assert reply.is_whole
    assert reply.holes == (pytest.approx(1.0, abs=0.01),)
    assert reply.late == (pytest.approx(1.0),)


def test_silence_is_never_a_fast_reply(deliver, sound):
    """A reply of which nothing is heard is the slowest of all, and was given up."""
    silent = [deliver([]), deliver([bytes(SECOND)])]
    result = result_of([deliver([sound]), *silent])
    assert result.first_audible == [pytest.approx(0.3, abs=0.01), math.inf, math.inf]
    assert HEARD["p50 ms"](result) == "never"
    assert silent[0].failed == "silence"
    assert result.whole == 1


def result_of(replies):
    """A result with nothing but replies."""
    return Result(replies=replies, requests=1, connects=1, configs=1, peak=1)
