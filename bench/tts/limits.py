"""The limits for our plugin, and whether a result keeps them. Pure.

A limit takes a result and its baseline, if there is one, and returns what is wrong, or "" if
nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.report import percentile

from .results import Result

Limit = Callable[[Result, Result | None], str]

NO_BASELINE = "nothing to compare with"


def check(limits: Sequence[Limit], result: Result, baseline: Result | None) -> str:
    """Everything that is wrong, in a few words; "ok" if nothing is."""
    return "; ".join(filter(None, (limit(result, baseline) for limit in limits))) or "ok"


def first_audible(share: float, seconds: float) -> Limit:
    """`share` of the replies are heard within `seconds`."""

    def limit(result: Result, _: Result | None) -> str:
        value = percentile(result.first_audible, share)
        return _above(f"p{share * 100:.0f}", value, seconds)

    return limit


def near(excess: float) -> Limit:
    """p50 and p95 are at most `excess` (0.05: 5 %) above the baseline's."""

    def limit(result: Result, baseline: Result | None) -> str:
        if baseline is None:
            return NO_BASELINE
        breaches = []
        for share in (0.5, 0.95):
            bound = percentile(baseline.first_audible, share) * (1 + excess)
            value = percentile(result.first_audible, share)
            breaches.append(_above(f"p{share * 100:.0f}", value, bound))
        return "; ".join(filter(None, breaches))

    return limit


def requests(excess: float) -> Limit:
    """At most `excess` (0.1: 10 %) more requests for each reply than in the baseline."""

    def limit(result: Result, baseline: Result | None) -> str:
        if baseline is None:
            return NO_BASELINE
        # The same replies, perhaps repeated more often.
        expected = baseline.requests * len(result.replies) / len(baseline.replies)
        if result.requests <= expected * (1 + excess):
            return ""
        return f"{result.requests / expected - 1:+.1%} requests, not {excess:+.0%}"

    return limit


def whole(result: Result, _: Result | None) -> str:
    """No reply was given up, and each word was heard once, complete and in order."""
    missing = len(result.replies) - result.whole
    parts = [f"{missing} not whole" if missing else "", _failed(result)]
    return "; ".join(filter(None, parts))


def words_once(result: Result, _: Result | None) -> str:
    """The same, except that a word may be heard in part at a join."""
    wrong = sum(bool(reply.word_diff.lost or reply.word_diff.extra) for reply in result.replies)
    parts = [f"words lost or twice in {wrong}" if wrong else "", _failed(result)]
    return "; ".join(filter(None, parts))


def no_hole(result: Result, _: Result | None) -> str:
    """No audible silence inside a reply."""
    count = sum(bool(reply.holes) for reply in result.replies)
    return f"holes in {count}" if count else ""


def one_config(result: Result, _: Result | None) -> str:
    """Each connection was configured once."""
    if result.configs == result.connects:
        return ""
    return f"{result.configs} configs on {result.connects} connections"


def within(connections: int) -> Limit:
    """At most this many connections open at once."""

    def limit(result: Result, _: Result | None) -> str:
        return f"{result.peak} connections > {connections}" if result.peak > connections else ""

    return limit


def faster(factor: float) -> Limit:
    """The audio is made at least `factor` times as fast as in the baseline."""

    def limit(result: Result, baseline: Result | None) -> str:
        if baseline is None:
            return NO_BASELINE
        value = speed(result, baseline)
        return f"{value:.1f}x < {factor:g}x" if value < factor else ""

    return limit


def making(result: Result) -> float:
    """Median of the seconds from the text to the last audio."""
    return percentile([reply.last_arrived for reply in result.replies], 0.5)


def speed(result: Result, baseline: Result) -> float:
    """How many times as fast as the baseline."""
    return making(baseline) / making(result)


def _above(name: str, value: float, bound: float) -> str:
    return f"{name} {value * 1000:.0f} > {bound * 1000:.0f}" if value > bound else ""


def _failed(result: Result) -> str:
    return f"{result.failed} given up" if result.failed else ""
