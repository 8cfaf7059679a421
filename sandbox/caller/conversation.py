"""Speaks a script to the agent, taking turns as a caller would.

All instants are those of the phone's clock, which only `Phone.until` advances, so a whole
conversation runs on a virtual clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sandbox.voice.pcm import Samples

from .script import Line, Script
from .turn_taking import TurnTaking

GREETING_WITHIN = 15.0
"""Seconds until the agent's first sound: a cold worker process takes long."""
LONGEST_ANSWER = 45.0
"""Seconds that the caller waits for the end of an answer."""
LEAD_OUT = 0.4
"""Seconds of silence recorded at the end."""


class Phone(Protocol):
    """What a conversation needs of the room."""

    @property
    def turn_taking(self) -> TurnTaking:
        """Whether the agent is speaking."""

    @property
    def dialled(self) -> float:
        """When the call began."""

    @property
    def hung_up(self) -> bool:
        """Whether the agent has ended the call."""

    async def say(self, speech: Samples) -> tuple[float, float]:
        """Speak; return when the first and the last frame were sent."""

    async def until(self, condition: Callable[[float], bool], *, timeout: float) -> bool:
        """Wait until `condition(now)` holds; False if it does not within `timeout` seconds."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line that was spoken, and when its first and last frame were sent."""

    line: Line
    began: float
    ended: float


async def converse(
    phone: Phone,
    script: Script,
    speech: Sequence[Samples],
    said: list[SpokenLine],
    *,
    announce: Callable[[str], None] = lambda _: None,
) -> str:
    """Speak each line when its time has come, and append it to `said`.

    `speech` is the sound of each line of the script; `announce` is called with each line as it is
    spoken. Returns why the call was abandoned, or nothing: an agent that does not answer gets no
    more lines.

    Raises:
        CallError: The call was cut off.
    """
    answering = phone.dialled
    if not await _sounds(phone, since=answering, within=GREETING_WITHIN):
        return f"the agent did not greet the caller within {GREETING_WITHIN:.0f} s"
    for number, (line, samples) in enumerate(zip(script.lines, speech, strict=True), start=1):
        if not await _wait_for_turn(phone, line, answering=answering):
            return f"the agent was still speaking after {LONGEST_ANSWER:.0f} s"
        announce(line.text)
        began, ended = await phone.say(samples)
        said.append(SpokenLine(line, began, ended))
        answering = ended
        if not await _sounds(phone, since=ended, within=script.answer_within):
            return f"the agent did not answer line {number} within {script.answer_within:g} s"
    # All lines are answered: an agent that hangs up now has ended the call in order.
    if not await _finishes(phone, since=answering, or_hangs_up=True):
        return f"the agent was still speaking after {LONGEST_ANSWER:.0f} s"
    await phone.until(lambda _: phone.hung_up, timeout=LEAD_OUT)
    return ""


async def _wait_for_turn(phone: Phone, line: Line, *, answering: float) -> bool:
    """Wait until the agent has finished, or until it is time to interrupt it."""
    onset = phone.turn_taking.onset_since(answering)
    if line.interrupt_after is None or onset is None:
        return await _finishes(phone, since=answering)
    moment = onset + line.interrupt_after
    return await phone.until(lambda now: now >= moment, timeout=line.interrupt_after + 1)


async def _sounds(phone: Phone, *, since: float, within: float) -> bool:
    return await phone.until(
        lambda _: phone.turn_taking.onset_since(since) is not None, timeout=within
    )


async def _finishes(phone: Phone, *, since: float, or_hangs_up: bool = False) -> bool:
    return await phone.until(
        lambda now: (
            (or_hangs_up and phone.hung_up) or phone.turn_taking.has_finished(now, since=since)
        ),
        timeout=LONGEST_ANSWER,
    )
