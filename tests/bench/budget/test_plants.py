"""A delay for each stage."""

from __future__ import annotations

from agent.latency.marks import STAGES
from bench.budget import planted
from bench.budget.plants import PLANTS, VARIABLE


def test_every_stage_has_a_delay_planted() -> None:
    """Of turns, greetings and interruptions, each once."""
    every = {f"{kind.value}/{stage}" for kind, stages in STAGES.items() for stage in stages}
    assert [plant.name for plant in PLANTS if plant.name not in every] == []
    assert {plant.name for plant in PLANTS} == every
    assert len(PLANTS) == len(every)


def test_what_is_planted_in_the_worker_is_known_there() -> None:
    """Each by its name, and nothing that no plant asks for."""
    asked = {plant.environment[VARIABLE] for plant in PLANTS if plant.in_worker}
    assert set(planted.DELAYS) == asked


def test_a_delay_is_in_one_place() -> None:
    """A provider, a setting, or the worker; a setting with the delay on top of its default."""
    for plant in PLANTS:
        assert bool(plant.first_byte) + bool(plant.settings) + plant.in_worker == 1
    silence = next(plant for plant in PLANTS if plant.name == "turn/endpoint")
    assert silence.environment["VAD_MIN_SILENCE"] == "0.450"
