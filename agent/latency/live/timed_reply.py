"""One reply of the agent, from the LLM's request to its last sound, as Marks and flags.

A reply may be preemptive and never be heard. The records of its Segments show what the TTS
did; each comes when its Segment is done, in any order. This module is pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from livekit.agents.voice import SpeechHandle
from livekit.plugins.sarvam_pooled import AttemptRecord, SegmentRecord
from opentelemetry.context import Context

from ...livekit_internals.call import is_interrupted_by_program
from ..marks import Kind, Mark
from ..timeline import Overlapped, Timeline, timeline
from ..turn_report import Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredTurn:
    """The turn that a reply answers, or the greeting."""

    kind: Kind
    number: int
    marks: Mapping[Mark, float]
    heard: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class TimedReply:
    """A reply in progress, or one that has ended."""

    speech: SpeechHandle | None = None
    turn: AnsweredTurn | None = None
    """None until its first frame is published, and for a reply that answers no turn."""
    stamps: dict[Mark, float] = field(default_factory=dict)
    records: list[SegmentRecord] = field(default_factory=list)
    said: str = field(default="", repr=False)
    spoken: bool = False
    """A TTS was asked; if not, the audio is a stored phrase."""
    filler: bool = False
    """The first sound is a filler's."""
    fallback_tts: bool = False
    reported: bool = False
    """Its first report is out."""
    interruption: dict[Mark, float] | None = None
    """The Marks of its interruption, while it is stopped."""
    context: Context | None = None
    """LiveKit's span of the reply."""

    def stamp(self, mark: Mark, now: float) -> None:
        """Record when something happened; only the first time counts."""
        self.stamps.setdefault(mark, now)

    @property
    def interrupted(self) -> bool:
        """Whether it was cut off."""
        return self.speech is not None and self.speech.interrupted

    @property
    def is_ended_by_program(self) -> bool:
        """Whether it was cut off for a reason other than the caller's voice: for example, the
        caller hung up or typed a text."""
        return self.speech is not None and is_interrupted_by_program(self.speech)

    @property
    def played(self) -> bool:
        """Whether any audio of the reply was played."""
        return Mark.FIRST_SAMPLE in self.stamps

    @property
    def is_known(self) -> bool:
        """Whether all that comes before its first sound is known; the rest may only add to it."""
        return self.played and (
            not self.spoken or self.filler or self.fallback_tts or self.first is not None
        )

    @property
    def first(self) -> SegmentRecord | None:
        """The first audible Segment, once all earlier ones are known to be silent.

        None if the fallback TTS spoke: the primary TTS is then retried in the background, unheard.
        """
        if self.fallback_tts:
            return None
        expected = 0
        for record in sorted(self.records, key=lambda record: record.index):
            if record.index > expected:
                return None
            if winner(record) is not None:
                return record
            expected = record.index + 1
        return None

    @property
    def flags(self) -> Flags:
        """Everything special about it."""
        marks = self.marks
        committed = marks.get(Mark.COMMITTED)
        tts = [marks[m] for m in (Mark.SEGMENT_READY, Mark.FIRST_PCM) if m in marks]
        first = self.first
        heard = winner(first) if first else None
        return Flags(
            preemptive_llm=committed is not None
            and marks.get(Mark.LLM_REQUEST, committed) < committed,
            preemptive_tts=committed is not None and min(tts, default=committed) < committed,
            hedged=bool(first and first.hedged),
            hedge_won=bool(first and first.hedge_won),
            cached=heard.cached if heard else self.played and not self.spoken and not self.filler,
            fallback_tts=self.fallback_tts or self._is_finished_by_fallback,
            filler=self.filler,
            interrupted=self.interrupted
            and (self.interruption is not None or not self.is_ended_by_program),
            retries=sum(record.retries for record in self.records),
        )

    @property
    def marks(self) -> dict[Mark, float]:
        """All Marks so far, those of the turn included."""
        return {**(self.turn.marks if self.turn else {}), **self.stamps, **self._of_tts()}

    @property
    def timeline(self) -> Timeline | None:
        """The way to its first sound; None for a reply that answers no turn."""
        if self.turn is None:
            return None
        marks, flags = self.marks, self.flags
        line = timeline(self.turn.kind, marks, cached=flags.cached, filler=flags.filler)
        lost = self._lost(marks[line.origin])
        return replace(line, overlapped=line.overlapped + lost) if lost else line

    @property
    def _is_finished_by_fallback(self) -> bool:
        attempts = (attempt for record in self.records for attempt in record.attempts)
        return any(attempt.fallback_tts for attempt in attempts)

    def _of_tts(self) -> dict[Mark, float]:
        """The Marks of the first Segment: of its first Attempt until `sent`, then of the winner."""
        first = self.first
        heard = winner(first) if first else None
        if first is None or heard is None:
            return {}
        begun = first.attempts[0]
        marks = {
            Mark.SEGMENT_READY: first.text_ready,
            Mark.LEASED: begun.leased,
            Mark.SENT: begun.sent,
            Mark.FIRST_BYTE: heard.first_byte,
            Mark.FIRST_PCM: heard.first_pcm,
        }
        return {mark: at for mark, at in marks.items() if at is not None}

    def _lost(self, origin: float) -> tuple[Overlapped, ...]:
        """Attempts that overlapped the winner and lost. One that failed before was retried."""
        first = self.first
        heard = winner(first) if first else None
        if first is None or heard is None or not first.hedged:
            return ()
        return tuple(
            Overlapped(
                name="hedge" if attempt.hedge else "tts",
                start_us=round((attempt.started - origin) * 1e6),
                us=round((attempt.done - attempt.started) * 1e6),
                why="hedge" if attempt.hedge else "outrun",
            )
            for attempt in first.attempts
            if attempt is not heard and attempt.done is not None and attempt.done > heard.started
        )


def winner(record: SegmentRecord) -> AttemptRecord | None:
    """The Attempt whose sound was the first of this Segment."""
    return next((a for a in record.attempts if a.first_pcm is not None), None)
