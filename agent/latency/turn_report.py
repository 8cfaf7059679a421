"""The report of a turn, a greeting or an interruption (`TurnReport`), and its JSON.

The JSON is the one schema for log, journal, playground page and bench (`v` is its version). Its
times are milliseconds from the origin with three decimals; here they are integers of microseconds,
so that a report read back equals the one written, and its stages still sum to its total.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, TypeAdapter, ValidationError

from .marks import Kind
from .timeline import Time, Timeline

VERSION: Final = 1
"""Version of the schema: raised when a reader of the previous version would misread it."""
TOTAL: Final = "total"
"""Pseudo-stage name for the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """Everything special about a Turn."""

    preemptive_llm: bool = False
    """The LLM was asked before the turn was committed."""
    preemptive_tts: bool = False
    """The TTS was asked before it, too."""
    hedged: bool = False
    """A second Attempt at the first Segment was made."""
    hedge_won: bool = False
    """That Attempt was the one that was heard."""
    cached: bool = False
    """The first Segment came from the cache."""
    fallback_tts: bool = False
    """The fallback TTS spoke, or finished what the primary TTS could not."""
    filler: bool = False
    """The first sound is a filler's."""
    interrupted: bool = False
    """The caller spoke into the reply and cut it off; hanging up is no interruption."""
    retries: int = 0
    """Attempts after failed ones, in the whole reply."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the flags that are set."""
        return tuple(name for name, value in asdict(self).items() if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A limit that a Turn passed."""

    stage: str
    us: Annotated[Time, Field(alias="ms")]
    limit_us: Annotated[Time, Field(alias="limit_ms")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetCheck:
    """A Turn against its budget."""

    name: Annotated[str, Field(alias="tier")]
    breaches: tuple[Breach, ...] = ()
    dominant: str = ""
    """The stage that is most over what is usual; empty where no limit was passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnReport:
    """One Turn, greeting or interruption."""

    v: Literal[1] = VERSION
    """Version of the schema."""
    call: str
    """Name of the room."""
    turn: int
    """Counted from 1 in a call; the greeting is 0, an interruption has the Turn it ends."""
    at: Annotated[float, PlainSerializer(lambda at: round(at, 6))]
    """The origin in seconds of Unix time."""
    timeline: Timeline
    """The JSON has its fields among those of the report."""
    flags: Flags = field(default_factory=Flags)
    heard: str = field(default="", repr=False)
    """The caller's words."""
    said: str = field(default="", repr=False)
    """The agent's words, as far as they are known."""
    budget: BudgetCheck | None = None

    @property
    def kind(self) -> Kind:
        """Whether it is a Turn, greeting or interruption."""
        return self.timeline.kind

    @property
    def total_us(self) -> int:
        """Microseconds from the origin to the last Mark."""
        return self.timeline.total_us

    def to_json(self, *, words: bool = True) -> str:
        """The report in one line, not limited to ASCII. Without `words`, `heard` and `said` are
        empty."""
        report = self if words else replace(self, heard="", said="")
        flat: dict[str, Any] = {"v": self.v, "kind": self.kind.value}
        for name, value in _SCHEMA.dump_python(report, mode="json", by_alias=True).items():
            flat |= value if name == "timeline" else {name: value}
        return json.dumps(flat, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> TurnReport:
        """Read a report that `to_json` wrote. Unknown keys are ignored.

        Raises:
            ValueError: The text is not a report; the message names the place, and quotes nothing.
        """
        try:
            report = _SCHEMA.validate_json(text)
        except ValidationError as error:
            places = (".".join(map(str, detail["loc"])) for detail in error.errors())
            named = {place.removeprefix("timeline.") or "the JSON" for place in places}
            raise ValueError(
                f"not a report of a turn: look at {', '.join(sorted(named))}"
            ) from None
        if sum(stage.us for stage in report.timeline.stages) != report.total_us:
            raise ValueError("not a report of a turn: its stages do not sum to total_ms")
        return report


EVENTS: Final[Mapping[str, Callable[[TurnReport], int]]] = {
    "cache_hits": lambda report: report.flags.cached,
    "hedges": lambda report: report.flags.hedged,
    "hedges_won": lambda report: report.flags.hedge_won,
    "retries": lambda report: report.flags.retries,
    "fallback_tts": lambda report: report.flags.fallback_tts,
    "fillers": lambda report: report.flags.filler,
    "interruptions": lambda report: report.kind is Kind.INTERRUPTION,
}
"""Events counted in a call's summary and for Prometheus: name -> how often in one report."""


def _nested(flat: Any) -> Any:
    """Give the flat JSON the shape of the dataclass."""
    return {"v": None, **flat, "timeline": flat} if isinstance(flat, dict) else flat


_SCHEMA: Final = TypeAdapter[TurnReport](Annotated[TurnReport, BeforeValidator(_nested)])
