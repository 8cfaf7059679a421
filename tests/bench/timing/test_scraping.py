"""The worker's page of metrics beside what its calls wrote."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bench.timing.scraping import Scraped

WHOLE = Counter(turn=8, greeting=2, interruption=6)
GOOD = Scraped(
    written=WHOLE,
    during=Counter(turn=5, greeting=2),
    after=(WHOLE, WHOLE),
    went_back=0,
    took=0.01,
)


def test_all_turns_once_is_what_holds() -> None:
    """Seen in mid-call, and all of them at the end."""
    assert GOOD.holds


def test_a_turn_lost_or_doubled_or_seen_late_does_not_hold() -> None:
    """Whenever it is: in mid-call, when a process ends, and after it."""
    more = Counter(WHOLE)
    more["turn"] += 1
    for bad in (
        replace(GOOD, during=Counter(greeting=2)),
        replace(GOOD, after=(WHOLE, more)),
        replace(GOOD, after=(Counter(turn=7, greeting=2, interruption=6), WHOLE)),
        replace(GOOD, went_back=1),
    ):
        assert not bad.holds
