"""How long a silence must last."""

from __future__ import annotations

import pytest

from agent.turns.endpointing import EndpointingDelays, TurnEvidence, silence_needed

LIMITS = EndpointingDelays(min_delay=0.1, doubt_delay=0.8, max_delay=1.5)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (TurnEvidence(is_over=True), 0.1),
        (TurnEvidence(is_over=False), 0.8),
        (TurnEvidence(is_over=True, is_complete=False), 0.8),
        (TurnEvidence(is_over=True, is_awaited=True), 0.8),
        (TurnEvidence(is_over=True, is_unfinished=True), 1.5),
        (TurnEvidence(is_over=False, is_unfinished=True, is_awaited=True), 1.5),
    ],
)
def test_the_more_speaks_against_an_end_the_longer_it_takes(
    known: TurnEvidence, expected: float
) -> None:
    """Words weigh more than the detector, and an answer that cannot be heard yet costs nothing."""
    assert silence_needed(known, LIMITS) == expected


def test_the_longest_delay_is_the_longest() -> None:
    """A doubt that is set to more does not count."""
    limits = EndpointingDelays(min_delay=0.0, doubt_delay=0.8, max_delay=0.0)
    assert silence_needed(TurnEvidence(is_over=False), limits) == 0.0
