"""A simulated caller takes turns with an agent, on a virtual clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from evals.caller.engine import HangUp, Heard, Line
from evals.sound.conversation import ANSWER_WITHIN, SpokenTurn, converse
from evals.speech.asks import Asks
from sandbox.caller.client import CallError
from sandbox.caller.conversation import GREETING_WITHIN, LONGEST_ANSWER
from sandbox.caller.transcript import Transcript
from sandbox.caller.turn_taking import SILENCE, TurnTaking
from sandbox.voice.pcm import Samples

BEAT = 0.01
RATE = 100
"""Samples in a second here."""


@dataclass
class Room:
    """An agent that says each of `answers`, from half a second after the caller, for 2 s; its words
    are heard as it speaks."""

    answers: list[str]
    seconds: float = 2.0
    dialled: float = 0.0
    now: float = 0.0
    turn_taking: TurnTaking = field(default_factory=TurnTaking)
    transcript: Transcript = field(default_factory=Transcript)
    sounds: list[tuple[float, float, str]] = field(default_factory=list)
    leaves: bool = False
    """After the last answer the agent leaves."""

    def __post_init__(self) -> None:
        self._answer()

    def _answer(self) -> None:
        if self.answers:
            began = self.now + 0.5
            self.sounds.append((began, began + self.seconds, self.answers.pop(0)))

    def _tick(self) -> None:
        speaking = [one for one in self.sounds if one[0] - 1e-9 <= self.now < one[1] - 1e-9]
        self.turn_taking.state = "speaking" if speaking else "listening"
        self.turn_taking.observe(self.now, loud=bool(speaking))
        for began, ended, text in speaking:
            segment = self.transcript.begin(text, "agent", self.now)
            said = (self.now - began + BEAT) / (ended - began)
            segment.text = " ".join(text.split()[: round(said * len(text.split()))])
        self.now = round(self.now + BEAT, 6)

    async def say(self, speech: Samples) -> tuple[float, float]:
        began = self.now
        self.sounds = [(start, min(end, began), text) for start, end, text in self.sounds]
        while self.now < began + speech.size / RATE:
            self._tick()
        self._answer()
        return began, self.now

    async def until(self, condition: Callable[[float], bool], *, timeout: float) -> bool:
        deadline = self.now + timeout
        while not condition(self.now):
            if self.now >= deadline:
                return False
            if self.leaves and not self.answers and self.now > self.sounds[-1][1]:
                raise CallError("the agent left the call")
            self._tick()
        return True


class Lines:
    """Says these lines, then hangs up; notes what she has heard."""

    def __init__(self, *lines: str, interrupts: bool = False, is_goodbye: bool = False) -> None:
        self.lines = list(lines)
        self.heard: list[str] = []
        self.interrupts = interrupts
        self.is_goodbye = is_goodbye

    async def next(self, heard: Heard) -> Line | HangUp:
        self.heard.append(heard.words)
        if not self.lines:
            return HangUp("done")
        text = self.lines.pop(0)
        return Line(text, "en-IN", interrupts=self.interrupts, is_goodbye=self.is_goodbye)


async def voice(_: Line) -> Samples:
    """One second of it."""
    return np.zeros(RATE, np.int16)


async def talk(room: Any, lines: Lines) -> tuple[str, list[SpokenTurn]]:
    """The end of the conversation, and its turns."""
    turns: list[SpokenTurn] = []
    ended = await converse(room, lines, voice, Asks(), turns)
    return ended, turns


async def test_each_line_waits_for_the_end_of_the_answer() -> None:
    """What was heard goes to the caller, the greeting first."""
    lines = Lines("one", "two")
    ended, turns = await talk(Room(["Hello there.", "First answer.", "Second answer."]), lines)
    assert ended == "done"
    assert lines.heard == ["Hello there.", "First answer.", "Second answer."]
    assert [turn.line.text for turn in turns] == ["", "one", "two"]
    assert [turn.answer for turn in turns] == lines.heard
    assert turns[0].answered == pytest.approx(0.5 + 2.0 + SILENCE, abs=3 * BEAT)
    assert turns[1].began == pytest.approx(turns[0].answered, abs=3 * BEAT)


async def test_who_interrupts_speaks_as_soon_as_she_knows_what_is_asked() -> None:
    """Before the last word; her first line interrupts nothing."""
    question = "May I have your name? It is only for the book of appointments here."
    lines = Lines("one", "Anita", interrupts=True)
    _, turns = await talk(Room(["Hello there.", question, "Thank you."]), lines)
    assert turns[0].answer == "Hello there."
    assert turns[1].answer.startswith("May I have your name?")
    assert turns[1].answer != question


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([], f"no answer within {GREETING_WITHIN:g} s"),
        (["Hello."], f"no answer within {ANSWER_WITHIN:g} s"),
    ],
)
async def test_silence_ends_the_call(answers: list[str], reason: str) -> None:
    """For the greeting there is more time."""
    ended, turns = await talk(Room([*answers]), Lines("one", "two"))
    assert ended == reason
    assert [turn.answer for turn in turns] == [*answers, ""]


@pytest.mark.parametrize(
    ("is_goodbye", "reason"), [(True, "done"), (False, "the agent left the call")]
)
async def test_an_agent_may_leave_after_a_goodbye(is_goodbye: bool, reason: str) -> None:
    """What it said before is heard."""
    room = Room(["Hello.", "Goodbye."], leaves=True)
    ended, turns = await talk(room, Lines("one", is_goodbye=is_goodbye))
    assert ended == reason
    assert [turn.answer for turn in turns] == ["Hello.", "Goodbye."]


async def test_an_agent_without_an_end_is_left() -> None:
    """After the longest answer."""
    room = Room(["Hello.", "And so on."], seconds=LONGEST_ANSWER + 10)
    ended, _ = await talk(room, Lines("one"))
    assert ended == f"the agent was still speaking after {LONGEST_ANSWER:g} s"
