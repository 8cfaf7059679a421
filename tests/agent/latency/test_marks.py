"""The tables of causes agree with each other."""

from __future__ import annotations

from agent.latency.marks import (
    ORIGIN,
    PREEMPTIVE,
    PROVIDER,
    STAGE_PRIORITY,
    STAGES,
    STEPS,
    Kind,
    Mark,
)


def test_every_stage_can_name_a_gap() -> None:
    """`STAGE_PRIORITY` orders them all, and causes come before effects in `STEPS`."""
    assert set(STAGE_PRIORITY) == {stage for stages in STAGES.values() for stage in stages}
    for kind, steps in STEPS.items():
        seen = {ORIGIN[kind]}
        for step in steps:
            assert set(step.all_of) | set(step.any_of) <= seen
            seen.add(step.mark)


def test_every_mark_is_a_zero_or_comes_about_once() -> None:
    """In each kind that it belongs to; one that belongs to none would never be reported."""
    for kind, steps in STEPS.items():
        marks = [ORIGIN[kind], *(step.mark for step in steps)]
        assert len(set(marks)) == len(marks), kind
    assert {step.mark for steps in STEPS.values() for step in steps} | set(ORIGIN.values()) == set(
        Mark
    )


def test_a_preemptive_reply_is_asked_for_and_made_ahead_but_not_played() -> None:
    """From the request to the first samples; what is left out for the cache is part of it."""
    order = [step.mark for step in STEPS[Kind.TURN]]
    begin, end = order.index(Mark.LLM_REQUEST), order.index(Mark.FIRST_PCM)
    assert set(order[begin : end + 1]) == PREEMPTIVE
    assert PROVIDER < PREEMPTIVE
