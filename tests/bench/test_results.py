"""A reply as it was delivered, judged as a whole."""

import math

import pytest

from bench.results import Result
from bench.tables import HEARD

SECOND = 48000  # bytes


def test_a_reply_that_is_whole(deliver, sound):
    """All words, no hole, and the end told after it had played."""
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
    assert reply.wording.lost


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
