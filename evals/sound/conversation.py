"""A simulated caller takes turns with an agent in a room.

All instants are those of the phone's clock, which only `Phone.until` advances.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from evals.caller.engine import HangUp, Heard, Line
from evals.runner.text import Talker
from evals.speech.asks import Asks
from sandbox.caller.client import CallError
from sandbox.caller.conversation import GREETING_WITHIN, LONGEST_ANSWER
from sandbox.caller.transcript import Transcript as Words
from sandbox.caller.turn_taking import TurnTaking
from sandbox.voice.pcm import Samples

ANSWER_WITHIN: Final = 10.0
"""Seconds from the caller's last sound to the agent's first."""


class Phone(Protocol):
    """What a conversation needs of the room."""

    @property
    def turn_taking(self) -> TurnTaking:
        """Whether the agent is speaking."""

    @property
    def transcript(self) -> Words:
        """What the agent has said so far, as it is heard."""

    @property
    def dialled(self) -> float:
        """When the call began."""

    async def say(self, speech: Samples) -> tuple[float, float]:
        """Speak; return when the first and the last frame were sent."""

    async def until(self, condition: Callable[[float], bool], *, timeout: float) -> bool:
        """Wait until `condition(now)` holds; False if it does not within `timeout` seconds."""


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """What the caller said, and the agent's answer as it was heard."""

    line: Line
    """An empty one before the greeting."""
    began: float
    ended: float
    """When the caller's last frame was sent."""
    answer: str
    answered: float
    """When the answer was over, or the caller began to speak over it."""


async def converse(
    phone: Phone,
    talker: Talker,
    voice: Callable[[Line], Awaitable[Samples]],
    asks: Asks,
    turns: list[SpokenTurn],
    *,
    on_turn: Callable[[SpokenTurn], None] = lambda _: None,
) -> str:
    """Talk until the caller hangs up, and append each turn to `turns`. Returns why it ended.

    Args:
        voice: Speaks a line.
        asks: By which a caller who interrupts knows what she is asked.
        on_turn: Called after each turn.

    Raises:
        CallError: The call was cut off while she spoke.
    """
    line, began, ended = Line("", ""), phone.dialled, phone.dialled
    within = GREETING_WITHIN
    while True:
        try:
            problem = await _hear(phone, asks, ended, within, interrupts=line.interrupts)
        except CallError as error:
            problem = "done" if line.is_goodbye else str(error)
        now = await _now(phone)
        answer = phone.transcript.text("agent", began, now)
        turns.append(SpokenTurn(line, began, ended, answer, now))
        on_turn(turns[-1])
        if problem:
            return problem
        said = await talker.next(Heard(answer))
        if isinstance(said, HangUp):
            return said.reason
        speech = await voice(said)
        line, within = said, ANSWER_WITHIN
        began, ended = await phone.say(speech)


async def _hear(phone: Phone, asks: Asks, since: float, within: float, *, interrupts: bool) -> str:
    """Wait for the agent's answer and until it is the caller's turn. Why it will not be; or empty.

    Raises:
        CallError: The call ended.
    """
    turn_taking = phone.turn_taking
    if not await phone.until(lambda _: turn_taking.onset_since(since) is not None, timeout=within):
        return f"no answer within {within:g} s"
    if not await _listen(phone, asks, since, interrupts=interrupts):
        return f"the agent was still speaking after {LONGEST_ANSWER:g} s"
    return ""


async def _listen(phone: Phone, asks: Asks, since: float, *, interrupts: bool) -> bool:
    """Wait until the agent has finished; a caller who interrupts, until she knows what it asks."""

    def is_her_turn(now: float) -> bool:
        if phone.turn_taking.has_finished(now, since=since):
            return True
        heard = phone.transcript.text("agent", since, now) if interrupts else ""
        return bool(heard and asks.understand(heard).asks)

    return await phone.until(is_her_turn, timeout=LONGEST_ANSWER)


async def _now(phone: Phone) -> float:
    seen: list[float] = []

    def look(now: float) -> bool:
        seen.append(now)
        return True

    await phone.until(look, timeout=0)
    return seen[0]
