"""A call that has ended -> its turns, with times from the recording alone.

Pure. The times at which lines were sent only assign sound to lines; every figure is measured
between samples of the recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .conversation import SpokenLine
from .recorder import Recording
from .script import Line
from .timing import CLOSURE, Span, answer_delay, sounds, stop_delay, total, within
from .transcript import Transcript

SLACK = 0.05
"""Seconds by which a line's sound may begin before or end after the times of its sending."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the agent said before the caller spoke."""

    words: str
    sound: tuple[Span, ...]

    @property
    def first_sound(self) -> float | None:
        """Seconds from dialling to the first loud sample; None: there was no sound."""
        return self.sound[0].start if self.sound else None


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the caller and the answer to it. Times in seconds on the recording's clock."""

    number: int
    line: Line
    # From the first to the last loud sample of the line.
    caller: Span
    # The line as the agent recognised it, and the agent's transcript of its answer.
    heard: str
    words: str
    # The agent's sound in answer, up to the next line.
    sound: tuple[Span, ...]
    # From the caller's last loud sample to the agent's first.
    delay: float | None
    # From the caller's first loud sample to the agent's last, if the line interrupted an answer.
    stopped: float | None
    # Whether the next line interrupted this answer, which need not be complete then.
    cut_off: bool
    # Whether the agent began to sound while the caller was speaking.
    spoke_over: bool
    # How long the agent sounded, without pauses.
    seconds: float


@dataclass(frozen=True, slots=True)
class CallResult:
    """One call, as measured in its recording."""

    greeting: Greeting
    turns: tuple[Turn, ...]
    recording: Recording
    # Seconds from dialling until the room was joined.
    join_seconds: float
    # The most seconds by which the end of a line was sent late: the error of the delays.
    lateness: float
    # Why the call ended before the script did; empty if it did not.
    given_up: str = ""


def greeting(
    recording: Recording, said: Sequence[SpokenLine], transcript: Transcript, *, origin: float
) -> Greeting:
    """What the agent said before the first line; `origin` is the recording's start (monotonic)."""
    until = said[0].began if said else float("inf")
    spans = sounds(recording.agent, recording.rate)
    return Greeting(
        words=transcript.text("agent", origin, until),
        sound=tuple(within(spans, 0.0, until - origin)),
    )


def turns(
    recording: Recording, said: Sequence[SpokenLine], transcript: Transcript, *, origin: float
) -> tuple[Turn, ...]:
    """The turns of a call; `origin` is the recording's start (monotonic)."""
    agent = sounds(recording.agent, recording.rate)
    voiced = sounds(recording.agent, recording.rate, pause=CLOSURE)
    lines = [_line_span(recording, one, origin) for one in said]
    made: list[Turn] = []
    for index, (one, caller) in enumerate(zip(said, lines, strict=True)):
        last = index + 1 == len(said)
        next_line = None if last else said[index + 1]
        cut_off = next_line is not None and next_line.line.interrupt_after is not None
        words_until = float("inf") if next_line is None else next_line.began
        if last:
            sound_until = recording.duration
        else:
            # An interrupted answer continues for a moment while the next line is spoken.
            sound_until = lines[index + 1].end if cut_off else lines[index + 1].start
        delay = answer_delay(agent, caller, sound_until)
        answer_from = caller.end if delay is None else caller.end + delay
        made.append(
            Turn(
                number=index + 1,
                line=one.line,
                caller=caller,
                heard=transcript.text("caller", one.began, words_until, final_only=True),
                words=transcript.text("agent", one.began, words_until),
                sound=tuple(within(agent, answer_from, sound_until)),
                delay=delay,
                stopped=stop_delay(agent, caller),
                cut_off=cut_off,
                spoke_over=any(caller.start < span.start < caller.end for span in agent),
                seconds=total(within(voiced, answer_from, sound_until)),
            )
        )
    return tuple(made)


def _line_span(recording: Recording, said: SpokenLine, origin: float) -> Span:
    """From the first to the last loud sample of one line."""
    spans = within(
        sounds(recording.caller, recording.rate),
        said.began - origin - SLACK,
        said.ended - origin + SLACK,
    )
    if not spans:
        # Too soft to measure: take the times of its sending.
        return Span(said.began - origin, said.ended - origin)
    return Span(spans[0].start, spans[-1].end)
