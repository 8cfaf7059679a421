"""How long a silence must last."""

from __future__ import annotations

import pytest

from agent.turns.endpointing import EndpointingDelays, TurnEvidence, silence_needed
from agent.turns.expected import Progress

LIMITS = EndpointingDelays(min_delay=0.1, uncertain_delay=0.8, max_delay=1.5, dictation_delay=3.0)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (TurnEvidence(predicts_end=True), 0.1),
        (TurnEvidence(predicts_end=False), 0.8),
        (TurnEvidence(predicts_end=True, is_complete=False), 0.8),
        (TurnEvidence(predicts_end=True, is_reply_pending=True), 0.8),
        (TurnEvidence(predicts_end=True, is_unfinished=True), 1.5),
        (TurnEvidence(predicts_end=False, is_unfinished=True, is_reply_pending=True), 1.5),
    ],
)
def test_the_more_speaks_against_an_end_the_longer_it_takes(
    known: TurnEvidence, expected: float
) -> None:
    """Words weigh more than the detector, and an answer that cannot be heard yet costs nothing."""
    assert silence_needed(known, LIMITS) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (TurnEvidence(predicts_end=True, progress=Progress.PARTIAL), 3.0),
        (TurnEvidence(predicts_end=True, progress=Progress.PARTIAL, is_unfinished=True), 3.0),
        (TurnEvidence(predicts_end=True, progress=Progress.POSSIBLE, is_unfinished=True), 0.8),
        (TurnEvidence(predicts_end=False, progress=Progress.COMPLETE), 0.1),
        (TurnEvidence(predicts_end=False, progress=Progress.COMPLETE, is_unfinished=True), 0.1),
        (TurnEvidence(predicts_end=True, progress=Progress.COMPLETE, is_complete=False), 0.8),
        (TurnEvidence(predicts_end=True, progress=Progress.COMPLETE, is_reply_pending=True), 0.8),
    ],
)
def test_what_the_agent_awaits_weighs_most(known: TurnEvidence, expected: float) -> None:
    """An incomplete number is waited for, a whole one is over at once, whatever it sounds like."""
    assert silence_needed(known, LIMITS) == expected


def test_amid_a_number_the_delay_is_not_shorter_than_after_other_words() -> None:
    """Whichever of both settings is larger."""
    limits = EndpointingDelays(min_delay=0.0, uncertain_delay=0.8, max_delay=1.5, dictation_delay=1)
    assert silence_needed(TurnEvidence(predicts_end=True, progress=Progress.PARTIAL), limits) == 1.5


def test_the_longest_delay_is_the_longest() -> None:
    """A doubt that is set to more does not count."""
    limits = EndpointingDelays(min_delay=0.0, uncertain_delay=0.8, max_delay=0.0)
    assert silence_needed(TurnEvidence(predicts_end=False), limits) == 0.0
