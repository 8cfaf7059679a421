"""A delay for each stage."""

from __future__ import annotations

from agent.latency.marks import STAGES
from bench.budget import delayed_worker
from bench.budget.injected_delays import INJECTED_DELAYS, VARIABLE


def test_every_stage_has_an_injected_delay() -> None:
    """Of turns, greetings and interruptions, each once."""
    every = {f"{kind.value}/{stage}" for kind, stages in STAGES.items() for stage in stages}
    assert [delay.name for delay in INJECTED_DELAYS if delay.name not in every] == []
    assert {delay.name for delay in INJECTED_DELAYS} == every
    assert len(INJECTED_DELAYS) == len(every)


def test_the_worker_knows_each_delay_that_it_has_to_make() -> None:
    """Each by its name, and nothing that no delay asks for."""
    asked = {delay.environment[VARIABLE] for delay in INJECTED_DELAYS if delay.is_in_worker}
    assert set(delayed_worker.INJECTORS) == asked


def test_a_delay_is_in_one_place() -> None:
    """A provider, a setting, or the worker; a setting with the delay on top of its default."""
    for delay in INJECTED_DELAYS:
        assert bool(delay.first_byte) + bool(delay.settings) + delay.is_in_worker == 1
    silence = next(delay for delay in INJECTED_DELAYS if delay.name == "turn/endpoint")
    assert silence.environment["VAD_MIN_SILENCE"] == "0.450"
