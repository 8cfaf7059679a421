"""How the worker is configured while it is measured. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Settings of the worker, and the budget that judges them."""

    name: str
    purpose: str
    """What the figures show, in a line."""
    budget: str
    """Of budgets.toml; empty for the file's default."""
    environment: Mapping[str, str] = field(default_factory=dict)


AS_SET: Final = Configuration(
    name="as set",
    purpose="what a caller waits for: stages that others hide cost nothing",
    budget="",
)
IN_LINE: Final = Configuration(
    name="in line",
    purpose="one stage after the other: nothing is started early, cached or tried twice",
    budget="in-line",
    environment={
        "PREEMPTIVE_LLM": "false",
        "PREEMPTIVE_TTS": "false",
        "PHRASE_CACHE": "false",
        "FILLERS": "false",
        "TTS_HEDGE": "false",
        # The detector answers, but a turn that it considers unfinished is not waited for: how often
        # that happens depends on the recorded speech.
        "ENDPOINTING_MAX_DELAY": "0",
        "TURN_WORDS": "false",
        "TURN_ASKS_AGAIN": "false",
    },
)
CONFIGURATIONS: Final = {
    configuration.name.replace(" ", "-"): configuration for configuration in (AS_SET, IN_LINE)
}
"""By name on the command line."""
