"""The critical path through the Marks of a Turn: stages that sum to the total, to the microsecond.

The path is walked back from the last Mark: its cause, the cause's cause, and so on to the zero (see
`marks`). Whatever ran in parallel cost the caller nothing, and is listed as `beside`. Each stage
begins where the one before ends, so the sum holds by construction, whatever happened:

- A missing Mark is bridged: its causes stand in for it, and the stage has the name of the most
  telling of those that it spans.
- A Mark that claims to be later than its effect is moved to it, and named in `clamped`.

Pure. Times come in as seconds of any one clock, and are integers of microseconds from the zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainSerializer

from .marks import PREEMPTIVE, PROVIDER, STEPS, TELLING, ZERO, Kind, Mark, Step

_OF_STAGES: Final = ("preemptive", "overlapped", "late")
"""Why a stage ran beside the path; see `Overlapped.why`."""
SLACK_US: Final = 5_000
"""How much later a possible cause may be stamped: an event reaches two tasks at two instants."""


def _to_us(ms: Any) -> Any:
    return round(ms * 1000) if isinstance(ms, int | float) and abs(ms) < 1e12 else ms


Time = Annotated[int, BeforeValidator(_to_us), PlainSerializer(lambda us: us / 1000)]
"""Microseconds here, milliseconds in the JSON of a report (see `turn`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the critical path."""

    name: str
    begin: Annotated[Mark, Field(alias="from")]
    end: Annotated[Mark, Field(alias="to")]
    start_us: Annotated[Time, Field(alias="start_ms")]
    us: Annotated[Time, Field(alias="ms")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlapped:
    """What ran beside the path."""

    name: str
    start_us: Annotated[Time, Field(alias="start_ms")]
    """From the zero."""
    us: Annotated[Time, Field(alias="ms")]
    why: str
    """`preemptive`: begun before the commit. `overlapped`: something else took longer. `late`: it
    ended after the path did. Others, such as `hedge`, come from the caller of `timeline`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Where the time went."""

    kind: Kind
    total_us: Annotated[Time, Field(alias="total_ms")]
    stages: tuple[Stage, ...] = ()
    beside: tuple[Overlapped, ...] = ()
    marks: Mapping[Mark, Time] = field(default_factory=dict)
    """Microseconds from the zero, as stamped; negative before it."""
    clamped: tuple[Mark, ...] = ()
    """Marks whose stamps contradict the others, for which another instant was taken."""

    @property
    def by_stage(self) -> dict[str, int]:
        """Microseconds of each stage on the path; a name that is there twice is added up."""
        sums: dict[str, int] = {}
        for stage in self.stages:
            sums[stage.name] = sums.get(stage.name, 0) + stage.us
        return sums

    @property
    def by_stage_beside(self) -> dict[str, int]:
        """The same of what ran beside it, but for Attempts that lost: they end no stage."""
        sums: dict[str, int] = {}
        for ran in self.beside:
            if ran.why in _OF_STAGES:
                sums[ran.name] = sums.get(ran.name, 0) + ran.us
        return sums


def timeline(
    kind: Kind,
    marks: Mapping[Mark, float],
    *,
    cached: bool = False,
    filler: bool = False,
    beside: tuple[Overlapped, ...] = (),
) -> Timeline:
    """The timeline of one Turn, greeting or interruption.

    Args:
        marks: What happened and when, in seconds. Those of another kind are ignored. Without the
            zero, the earliest stands in for it.
        cached: The first Segment came from the cache: no provider, whatever else it was asked for.
        filler: `first_frame` and `first_sample` are a filler's, which covered a late LLM.
        beside: What the marks do not show, such as a hedge that lost.
    """
    steps = {step.mark: step for step in STEPS[kind]}
    known = {ZERO[kind], *steps} - (PROVIDER if cached else set())
    given = {mark: at for mark, at in marks.items() if mark in known}
    if not given:
        return Timeline(kind=kind, total_us=0, beside=beside)
    origin = ZERO[kind] if ZERO[kind] in given else min(given, key=given.__getitem__)
    stamps = {mark: round((at - given[origin]) * 1e6) for mark, at in given.items()}
    covered = filler and kind is Kind.TURN
    walk = _Walk(steps=steps, stamps=stamps, origin=origin, cached=cached, filler=covered)
    stages = walk.path(next((m for m in reversed(steps) if m in stamps), origin))
    total = stages[-1].start_us + stages[-1].us if stages else 0
    ran = walk.off_path({stage.end for stage in stages}, total)
    return Timeline(
        kind=kind,
        total_us=total,
        stages=_merged(stages),
        beside=(*ran, *beside),
        marks=stamps,
        clamped=tuple(mark for mark in stamps if mark in walk.clamped),
    )


@dataclass(slots=True, kw_only=True)
class _Walk:
    steps: Mapping[Mark, Step]
    stamps: Mapping[Mark, int]
    origin: Mark
    cached: bool
    filler: bool
    clamped: set[Mark] = field(default_factory=set)

    def path(self, last: Mark) -> list[Stage]:
        """The stages that lead to `last`."""
        stages: list[Stage] = []
        mark, end = last, self._moved(last, self.stamps[last], latest=self.stamps[last])
        while mark is not self.origin:
            cause, name = self._cause(mark, end)
            start = self._moved(cause, self.stamps[cause], latest=end)
            stages.append(Stage(name=name, begin=cause, end=mark, start_us=start, us=end - start))
            mark, end = cause, start
        return stages[::-1]

    def off_path(self, on_path: set[Mark], total: int) -> list[Overlapped]:
        """The stages that end at Marks which are not on the path."""
        committed = self.stamps.get(Mark.COMMITTED)
        found: list[Overlapped] = []
        for mark in self.steps:
            end = self.stamps.get(mark, 0)
            if mark in on_path or mark is self.origin or end <= 0:
                continue
            cause, name = self._cause(mark, end)
            start = min(max(self.stamps[cause], 0), end)
            if start == end:
                continue
            why = "overlapped"
            if end > total:
                why = "late"
            elif mark in PREEMPTIVE and committed is not None and start < committed:
                why = "preemptive"
            found.append(Overlapped(name=name, start_us=start, us=end - start, why=why))
        return found

    def _cause(self, mark: Mark, at: int) -> tuple[Mark, str]:
        """What `mark`, at that instant, waited for last, and the name of the stage between."""
        sources: dict[Mark, set[str]] = {}
        self._collect(mark, at, {self.steps[mark].stage}, sources, strict=True)
        if not sources:
            sources[self.origin] = {self.steps[mark].stage}
        order = [self.origin, *self.steps]
        cause = max(sources, key=lambda source: (self.stamps[source], order.index(source)))
        if self.filler and mark is Mark.FIRST_FRAME:
            # A filler covers nothing but a late LLM, whose own marks are still to come.
            return cause, "llm"
        return cause, min(sources[cause], key=TELLING.index)

    def _collect(
        self, mark: Mark, at: int, names: set[str], sources: dict[Mark, set[str]], *, strict: bool
    ) -> None:
        """All that may have caused `mark`, with the stages between, through what is missing."""
        step = self.steps.get(mark)
        if step is None or mark is self.origin:
            return
        causes = [(cause, strict) for cause in step.needs] + [(c, False) for c in step.either]
        for cause, needed in causes:
            if self._may_cause(cause, at, needed=needed):
                sources.setdefault(cause, set()).update(names)
            elif cause in self.stamps and not needed and not self.filler:
                # It came later, so it was not the cause, and neither were its own causes.
                continue
            elif cause in self.steps and not self.steps[cause].optional:
                hidden = self.cached and cause in PROVIDER
                between = names if hidden else names | {self.steps[cause].stage}
                self._collect(cause, at, between, sources, strict=needed)

    def _may_cause(self, cause: Mark, at: int, *, needed: bool) -> bool:
        stamp = self.stamps.get(cause)
        if stamp is None or (self.filler and cause in PREEMPTIVE and stamp > at):
            return False
        return needed or stamp <= at + SLACK_US

    def _moved(self, mark: Mark, stamp: int, *, latest: int) -> int:
        """The stamp, within what the path allows."""
        moved = max(0, min(stamp, latest))
        if moved != stamp:
            self.clamped.add(mark)
        return moved


def _merged(stages: list[Stage]) -> tuple[Stage, ...]:
    """Neighbours of one name as one stage."""
    merged: list[Stage] = []
    for stage in stages:
        if merged and merged[-1].name == stage.name:
            first = merged.pop()
            stage = Stage(
                name=stage.name,
                begin=first.begin,
                end=stage.end,
                start_us=first.start_us,
                us=first.us + stage.us,
            )
        merged.append(stage)
    return tuple(merged)
