"""The critical path through the Marks of a Turn: stages that sum to the total, to the microsecond.

The path is walked back from the last Mark: its cause, the cause's cause, and so on to the origin
(see `marks`). Work that overlapped the path cost the caller nothing; the JSON calls it `beside`.
Each stage begins where the previous one ends, so the sum holds by construction:

- A missing Mark is bridged: its causes stand in for it, and the stage has the name that comes first
  in `STAGE_PRIORITY` of those that it spans.
- A Mark that claims to be later than its effect is moved to it, and named in `clamped`.

Times come in as seconds of any one clock, and are integers of microseconds from the origin. This
module is pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainSerializer

from .marks import ORIGIN, PREEMPTIVE, PROVIDER, STAGE_PRIORITY, STEPS, Kind, Mark, Step

_STAGE_REASONS: Final = ("preemptive", "overlapped", "late")
"""Why a stage overlapped the path; see `Overlapped.why`."""
SLACK_US: Final = 5_000
"""A cause may be stamped this much later: an event reaches two tasks at two instants."""


def _to_us(ms: Any) -> Any:
    return round(ms * 1000) if isinstance(ms, int | float) and abs(ms) < 1e12 else ms


Time = Annotated[int, BeforeValidator(_to_us), PlainSerializer(lambda us: us / 1000)]
"""Microseconds here, milliseconds in the JSON of a report (see `turn_report`)."""


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
    """Work that overlapped the path."""

    name: str
    start_us: Annotated[Time, Field(alias="start_ms")]
    """Time from the origin."""
    us: Annotated[Time, Field(alias="ms")]
    why: str
    """`preemptive`: begun before the commit. `overlapped`: something else took longer. `late`: it
    ended after the path did. Others, such as `hedge`, come from the caller of `timeline`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The critical path of a Turn, and the work that overlapped it."""

    kind: Kind
    total_us: Annotated[Time, Field(alias="total_ms")]
    stages: tuple[Stage, ...] = ()
    overlapped: Annotated[tuple[Overlapped, ...], Field(alias="beside")] = ()
    marks: Mapping[Mark, Time] = field(default_factory=dict)
    """Microseconds from the origin, as stamped; negative before it."""
    clamped: tuple[Mark, ...] = ()
    """Marks whose stamps contradict the others, for which another instant was taken."""

    @property
    def origin(self) -> Mark:
        """The Mark that all times count from."""
        return _origin(self.kind, self.marks)

    @property
    def by_stage(self) -> dict[str, int]:
        """Microseconds of each stage on the path; stages with the same name are summed."""
        sums: dict[str, int] = {}
        for stage in self.stages:
            sums[stage.name] = sums.get(stage.name, 0) + stage.us
        return sums

    @property
    def by_stage_overlapped(self) -> dict[str, int]:
        """Same for overlapped work, except losing Attempts, which end no stage."""
        sums: dict[str, int] = {}
        for ran in self.overlapped:
            if ran.why in _STAGE_REASONS:
                sums[ran.name] = sums.get(ran.name, 0) + ran.us
        return sums


def timeline(
    kind: Kind,
    marks: Mapping[Mark, float],
    *,
    cached: bool = False,
    filler: bool = False,
    overlapped: tuple[Overlapped, ...] = (),
) -> Timeline:
    """The timeline of one Turn, greeting or interruption.

    Args:
        marks: The instant of each Mark that happened, in seconds. Marks of other kinds are ignored.
            If the origin is missing, the earliest Mark stands in for it.
        cached: The first Segment came from the cache: provider marks are ignored.
        filler: `first_frame` and `first_sample` are a filler's, which covered a late LLM.
        overlapped: Work that the marks do not show, such as a hedge that lost.
    """
    steps = {step.mark: step for step in STEPS[kind]}
    known = {ORIGIN[kind], *steps} - (PROVIDER if cached else set())
    given = {mark: at for mark, at in marks.items() if mark in known}
    if not given:
        return Timeline(kind=kind, total_us=0, overlapped=overlapped)
    origin = _origin(kind, given)
    stamps = {mark: round((at - given[origin]) * 1e6) for mark, at in given.items()}
    covered = filler and kind is Kind.TURN
    walk = _Walk(steps=steps, stamps=stamps, origin=origin, cached=cached, filler=covered)
    stages = walk.path(next((m for m in reversed(steps) if m in stamps), origin))
    total = stages[-1].start_us + stages[-1].us if stages else 0
    ran = walk.overlapped({stage.end for stage in stages}, total)
    return Timeline(
        kind=kind,
        total_us=total,
        stages=_merged(stages),
        overlapped=(*ran, *overlapped),
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

    def overlapped(self, on_path: set[Mark], total: int) -> list[Overlapped]:
        """Find the work that overlapped the path: the stages that end at other Marks."""
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
        """Return what `mark` waited for last, and the name of the stage between."""
        sources: dict[Mark, set[str]] = {}
        self._collect(mark, at, {self.steps[mark].stage}, sources, strict=True)
        if not sources:
            sources[self.origin] = {self.steps[mark].stage}
        order = [self.origin, *self.steps]
        cause = max(sources, key=lambda source: (self.stamps[source], order.index(source)))
        if self.filler and mark is Mark.FIRST_FRAME:
            # A filler covers nothing but a late LLM, whose own marks are still to come.
            return cause, "llm"
        return cause, min(sources[cause], key=STAGE_PRIORITY.index)

    def _collect(
        self, mark: Mark, at: int, names: set[str], sources: dict[Mark, set[str]], *, strict: bool
    ) -> None:
        """Collect possible causes of `mark`, even behind missing Marks, with the stages between."""
        step = self.steps.get(mark)
        if step is None or mark is self.origin:
            return
        causes = [(cause, strict) for cause in step.all_of] + [(c, False) for c in step.any_of]
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
        """Move a stamp into the bounds of the path."""
        moved = max(0, min(stamp, latest))
        if moved != stamp:
            self.clamped.add(mark)
        return moved


def _origin(kind: Kind, marks: Mapping[Mark, float]) -> Mark:
    """The origin of the kind, or the earliest Mark if that is missing."""
    return ORIGIN[kind] if ORIGIN[kind] in marks else min(marks, key=marks.__getitem__)


def _merged(stages: list[Stage]) -> tuple[Stage, ...]:
    """Join neighbours with the same name into one stage."""
    merged: list[Stage] = []
    for stage in stages:
        if merged and merged[-1].name == stage.name:
            first = merged.pop()
            stage = replace(first, end=stage.end, us=first.us + stage.us)
        merged.append(stage)
    return tuple(merged)
