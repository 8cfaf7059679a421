"""What our plugin is held to."""

import dataclasses

import pytest

from bench.hearing.words import WordDiff
from bench.tts import limits
from bench.tts.limits import check
from bench.tts.results import Result

from .good import GOOD

ALL = Result(replies=[GOOD] * 20, requests=40, connects=3, configs=3, peak=3)


def changed(count: int, **fields) -> Result:
    """As `ALL`, with some of its replies changed."""
    different = dataclasses.replace(GOOD, **fields)
    return dataclasses.replace(ALL, replies=[different] * count + [GOOD] * (20 - count))


def test_ok_is_said_only_if_all_is_well():
    """Every breach is named, and a result without one is ok."""
    every = (limits.whole, limits.no_hole, limits.one_config, limits.within(3))
    assert check(every, ALL, None) == "ok"
    spoilt = dataclasses.replace(
        changed(2, holes=(0.1,), word_diff=WordDiff(lost=("no",))), configs=5, peak=4
    )
    assert check(every, spoilt, None) == (
        "2 not whole; holes in 2; 5 configs on 3 connections; 4 connections > 3"
    )


@pytest.mark.parametrize(("late", "verdict"), [(1, "ok"), (2, "p95 900 > 480")])
def test_p95_allows_one_of_twenty(late, verdict):
    """The second late reply of twenty is one too many."""
    result = changed(late, first_audible=0.9)
    assert check([limits.first_audible(0.95, 0.48)], result, None) == verdict


def test_a_reply_that_is_never_heard_breaks_the_limit():
    """Silence is later than any limit."""
    result = changed(2, first_audible=None)
    assert check([limits.first_audible(0.95, 0.48)], result, None) == "p95 inf > 480"


@pytest.mark.parametrize("part", ["lost", "extra", "clipped"])
def test_each_wrong_word_makes_a_reply_not_whole(part):
    """Lost, extra and clipped words count alike."""
    assert limits.whole(changed(1, word_diff=WordDiff(**{part: ("no",)})), None) == "1 not whole"


def test_a_reply_that_was_given_up_is_a_breach():
    """An error after the last word is one for a session all the same."""
    assert limits.whole(changed(1, failed="APIError"), None) == "1 given up"


def test_words_once():
    """At the join of two takes a word may be clipped, but none lost or heard twice."""
    assert limits.words_once(changed(3, word_diff=WordDiff(clipped=("no",))), None) == ""
    spoilt = changed(3, word_diff=WordDiff(extra=("no",)), failed="silence")
    assert limits.words_once(spoilt, None) == "words lost or twice in 3; 3 given up"


def test_near_the_baseline():
    """Both percentiles are held against the baseline's."""
    near = limits.near(0.05)
    assert near(changed(20, first_audible=0.314), ALL) == ""
    assert near(changed(20, first_audible=0.316), ALL) == "p50 316 > 315; p95 316 > 315"
    assert near(changed(2, first_audible=0.4), ALL) == "p95 400 > 315"


def test_more_requests_than_the_baseline():
    """Counted for each reply, so that runs of different lengths can be compared."""
    twice = dataclasses.replace(ALL, replies=[GOOD] * 40, requests=88)
    assert limits.requests(0.1)(twice, ALL) == ""
    assert limits.requests(0.1)(dataclasses.replace(twice, requests=96), ALL) == (
        "+20.0% requests, not +10%"
    )


def test_faster_than_the_baseline():
    """How soon the last audio is there, at the median."""
    quick = changed(11, last_arrived=0.4)
    assert limits.faster(2.0)(quick, ALL) == ""
    assert limits.faster(3.0)(quick, ALL) == "2.5x < 3x"


@pytest.mark.parametrize("limit", [limits.near(0.05), limits.requests(0.1), limits.faster(2)])
def test_without_a_baseline_nothing_is_called_ok(limit):
    """What could not be compared has not been kept."""
    assert check([limit], ALL, None) == limits.NO_BASELINE
