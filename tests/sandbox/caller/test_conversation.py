"""Whole conversations on a virtual clock, with an agent that answers by plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from sandbox.caller.client import CallError
from sandbox.caller.conversation import GREETING_WITHIN, LONGEST_ANSWER, converse
from sandbox.caller.microphone import SAMPLE_RATE
from sandbox.caller.script import Line, Script
from sandbox.caller.turn_taking import SILENCE, TurnTaking

BEAT = 0.01


@dataclass
class PlannedPhone:
    """A room on a virtual clock. The agent sounds in `sounds`, and `delay` after each line for
    `length` seconds; while it sounds its state is "speaking"."""

    delay: float | None = 0.5
    length: float = 2.0
    sounds: list[tuple[float, float]] = field(default_factory=lambda: [(1.0, 3.0)])
    dialled: float = 0.0
    now: float = 0.0
    turn_taking: TurnTaking = field(default_factory=TurnTaking)
    hangs_up: float = float("inf")
    """When the agent ends the call."""

    @property
    def hung_up(self) -> bool:
        return self.now >= self.hangs_up

    def _tick(self) -> None:
        loud = any(start - 1e-9 <= self.now < end - 1e-9 for start, end in self.sounds)
        self.turn_taking.state = "speaking" if loud else "listening"
        self.turn_taking.observe(self.now, loud=loud)
        self.now = round(self.now + BEAT, 6)

    async def say(self, speech: Any) -> Any:
        began = self.now
        # An agent that is cut into falls silent after 0.2 s.
        self.sounds = [(start, min(end, began + 0.2)) for start, end in self.sounds]
        while self.now < began + speech.size / SAMPLE_RATE:
            self._tick()
        if self.delay is not None:
            self.sounds.append((self.now + self.delay, self.now + self.delay + self.length))
        return began, self.now

    async def until(self, condition: Any, *, timeout: Any) -> Any:
        deadline = self.now + timeout
        while not condition(self.now):
            if self.hung_up:
                raise CallError("the agent left the call")
            if self.now >= deadline:
                return False
            self._tick()
        return True


def script(*lines: Line) -> Script:
    return Script(title="t", answer_within=4, lines=lines)


def speech(*seconds: float) -> Any:
    return [np.zeros(round(one * SAMPLE_RATE), np.int16) for one in seconds]


async def test_each_line_waits_for_the_end_of_the_answer() -> None:
    """Each line waits for the end of the answer before and a moment of silence."""
    phone, said = PlannedPhone(), []
    lines = [Line(text="one"), Line(text="two")]
    assert await converse(phone, script(*lines), speech(1, 1), said) == ""
    first = 2.99 + SILENCE
    second = first + 1 + 0.5 + 2 - BEAT + SILENCE
    assert [one.line for one in said] == lines
    assert [one.began for one in said] == pytest.approx([first, second], abs=2 * BEAT)
    assert [one.ended - one.began for one in said] == pytest.approx([1, 1], abs=2 * BEAT)


async def test_an_interrupting_line_is_spoken_over_the_answer() -> None:
    """It starts the given time after the answer's first sound."""
    phone, said = PlannedPhone(length=5), []
    lines = [Line(text="one"), Line(text="two", interrupt_after=1.5)]
    assert await converse(phone, script(*lines), speech(1, 1), said) == ""
    assert said[1].began == pytest.approx(said[0].ended + 0.5 + 1.5, abs=2 * BEAT)


async def test_a_line_that_meets_no_answer_is_spoken_anyway() -> None:
    """The answer was over before the line was due."""
    phone, said = PlannedPhone(length=0.3), []
    lines = [Line(text="one"), Line(text="two", interrupt_after=1.5)]
    assert await converse(phone, script(*lines), speech(1, 1), said) == ""
    assert len(said) == 2


async def test_an_agent_that_does_not_greet_is_given_up() -> None:
    """Before the first line."""
    phone, said = PlannedPhone(sounds=[]), []
    reason = await converse(phone, script(Line(text="one")), speech(1), said)
    assert "did not greet" in reason
    assert said == []
    assert phone.now == pytest.approx(GREETING_WITHIN, abs=2 * BEAT)


async def test_an_agent_that_does_not_answer_is_given_up() -> None:
    """It gets no more lines."""
    phone, said = PlannedPhone(delay=None), []
    reason = await converse(phone, script(Line(text="one"), Line(text="two")), speech(1, 1), said)
    assert reason == "the agent did not answer line 1 within 4 s"
    assert [one.line.text for one in said] == ["one"]
    assert phone.now == pytest.approx(said[0].ended + 4, abs=2 * BEAT)


async def test_an_agent_that_never_stops_is_given_up() -> None:
    """An agent that never stops is given up."""
    phone, said = PlannedPhone(length=1000), []
    reason = await converse(phone, script(Line(text="one")), speech(1), said)
    assert reason == f"the agent was still speaking after {LONGEST_ANSWER:.0f} s"


async def test_a_greeting_that_never_stops_is_given_up() -> None:
    """A greeting that never stops is given up before the first line."""
    phone, said = PlannedPhone(sounds=[(1, 1000)]), []
    assert "still speaking" in await converse(phone, script(Line(text="one")), speech(1), said)
    assert said == []


@pytest.mark.parametrize("after", [2.0, 2.7], ids=["with its last word", "a little later"])
async def test_an_agent_may_hang_up_after_its_last_answer(after: float) -> None:
    """A receptionist ends the call when all is said."""
    phone, said = PlannedPhone(), []
    phone.hangs_up = 3 + SILENCE + 1 + 0.5 + after
    assert await converse(phone, script(Line(text="one")), speech(1), said) == ""
    assert phone.now == pytest.approx(phone.hangs_up, abs=2 * BEAT)


async def test_an_agent_that_hangs_up_before_cuts_the_call_off() -> None:
    """The next line would not be heard."""
    phone, said = PlannedPhone(), []
    phone.hangs_up = 3 + SILENCE + 1 + 0.5 + 2
    with pytest.raises(CallError):
        await converse(phone, script(Line(text="one"), Line(text="two")), speech(1, 1), said)
    assert [one.line.text for one in said] == ["one"]
