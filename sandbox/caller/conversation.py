"""Speaks a script to the agent, taking turns as a caller would."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from .client import RoomClient
from .script import Line, Script
from .timing import Samples

logger = logging.getLogger(__name__)

GREETING_WITHIN = 15.0
"""Seconds for the agent to join and make its first sound: a cold worker process takes a while."""
LONGEST_ANSWER = 45.0
"""Seconds after which a caller stops waiting for the end of an answer."""
LEAD_OUT = 0.4
"""Seconds of silence recorded at the end."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line as it was spoken: when its first and last frame were handed over (monotonic)."""

    line: Line
    began: float
    ended: float


async def converse(
    client: RoomClient, script: Script, speech: Sequence[Samples], said: list[Said]
) -> str:
    """Speak each line when its time has come, and append it to `said`.

    `speech` is the sound of each line of the script. Returns why the call was given up before its
    end, empty if it was not: an agent that does not answer gets no more lines.

    Raises:
        CallError: the call was cut off.
    """
    answering = client.dialled
    if not await _sounds(client, since=answering, within=GREETING_WITHIN):
        return f"the agent did not greet the caller within {GREETING_WITHIN:.0f} s"
    for number, (line, samples) in enumerate(zip(script.lines, speech, strict=True), start=1):
        if not await _wait_for_turn(client, line, answering=answering):
            return f"the agent was still speaking after {LONGEST_ANSWER:.0f} s"
        began, ended = await client.microphone.say(samples)
        said.append(Said(line, began, ended))
        logger.debug("line spoken", extra={"line": number, "seconds": ended - began})
        answering = ended
        if not await _sounds(client, since=ended, within=script.answer_within):
            return f"the agent did not answer line {number} within {script.answer_within:g} s"
    if not await _finishes(client, since=answering):
        return f"the agent was still speaking after {LONGEST_ANSWER:.0f} s"
    over = time.monotonic() + LEAD_OUT
    await client.until(lambda now: now >= over, timeout=LEAD_OUT + 1)
    return ""


async def _wait_for_turn(client: RoomClient, line: Line, *, answering: float) -> bool:
    """Wait until the line may be spoken: the agent has finished, or it is time to cut in."""
    onset = client.floor.onset_since(answering)
    if line.interrupt_after is None or onset is None:
        return await _finishes(client, since=answering)
    moment = onset + line.interrupt_after
    return await client.until(lambda now: now >= moment, timeout=line.interrupt_after + 1)


async def _sounds(client: RoomClient, *, since: float, within: float) -> bool:
    return await client.until(lambda _: client.floor.onset_since(since) is not None, timeout=within)


async def _finishes(client: RoomClient, *, since: float) -> bool:
    return await client.until(
        lambda now: client.floor.is_free(now, since=since), timeout=LONGEST_ANSWER
    )
