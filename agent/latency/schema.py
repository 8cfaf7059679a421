"""What the JSON of a report must be, checked when one is read. See `turn` for how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from .marks import Kind, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What was special about a Turn."""

    preemptive_llm: bool = False
    """The LLM was asked before the turn was committed."""
    preemptive_tts: bool = False
    """And so was the TTS."""
    hedged: bool = False
    """A second Attempt at the first Segment was made."""
    hedge_won: bool = False
    """And it was the one that was heard."""
    cached: bool = False
    """The first Segment came from the cache."""
    fallback_tts: bool = False
    """The fallback TTS spoke, or finished what the first could not."""
    filler: bool = False
    """The first sound is a filler's."""
    interrupted: bool = False
    """The caller spoke into the reply and cut it off; hanging up is no interruption."""
    retries: int = 0
    """Attempts after failed ones, in the whole reply."""

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are set."""
        return tuple(name for name, value in asdict(self).items() if value)


def _to_us(ms: Any) -> Any:
    return round(ms * 1000) if isinstance(ms, int | float) and abs(ms) < 1e12 else ms


# Milliseconds in the JSON, microseconds here.
_Time = Annotated[int, BeforeValidator(_to_us)]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class StageJson(_Read):
    name: str
    begin: Mark = Field(alias="from")
    end: Mark = Field(alias="to")
    start_ms: _Time
    ms: _Time


class OverlappedJson(_Read):
    name: str
    start_ms: _Time
    ms: _Time
    why: str


class BreachJson(_Read):
    stage: str
    ms: _Time
    limit_ms: _Time


class BudgetJson(_Read):
    tier: str
    breaches: tuple[BreachJson, ...] = ()
    dominant: str = ""


class ReportJson(_Read):
    v: Literal[1]
    kind: Kind
    call: str
    turn: int
    at: float
    total_ms: _Time
    stages: tuple[StageJson, ...]
    beside: tuple[OverlappedJson, ...] = ()
    marks: Mapping[Mark, _Time] = Field(default_factory=dict)
    clamped: tuple[Mark, ...] = ()
    flags: Flags = Flags()
    heard: str = ""
    said: str = ""
    budget: BudgetJson | None = None
