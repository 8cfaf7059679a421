"""One call by text: the assistant in LiveKit's session, run turn by turn by its testing API."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from livekit.agents import Agent, AgentSession
from livekit.agents.llm import LLM, ChatContext, FunctionCallOutput
from livekit.agents.voice.run_result import (
    ChatMessageEvent,
    FunctionCallEvent,
    FunctionCallOutputEvent,
    RunResult,
)
from pydantic import BaseModel

from evals.caller.engine import HangUp, Heard, Line
from evals.callers.schema import Caller
from evals.records.changes import changes
from evals.records.database import Database
from evals.transcript import Snapshot, ToolCall, Transcript, Turn

TURN_WITHIN: Final = 30.0
"""Seconds for one turn of the agent, its tools included."""


class Talker(Protocol):
    """Who talks to the agent."""

    async def next(self, heard: Heard) -> Line | HangUp:
        """What the caller says next."""


@dataclass(slots=True)
class HeldCall:
    """A call that was held."""

    transcript: Transcript
    history: ChatContext
    """As LiveKit's judges take it."""


class _Session(AgentSession[Any]):
    """A session that knows as soon as the agent ends the call: it closes some time later."""

    ending = False

    def shutdown(self, *, drain: bool = True) -> None:
        """As LiveKit's."""
        self.ending = True
        super().shutdown(drain=drain)


@dataclass(slots=True)
class _Call:
    """A call while it is held."""

    caller: Caller
    session: _Session
    database: Database
    rows: Snapshot
    turns: list[Turn] = field(default_factory=list)
    instructions: dict[str, None] = field(default_factory=dict)


async def hold(
    caller: Caller,
    talker: Talker,
    agent: Agent,
    llm: LLM[Any],
    database: Database,
    *,
    within: float = TURN_WITHIN,
    outcome: Callable[[ChatContext], Awaitable[BaseModel | None]] | None = None,
) -> HeldCall:
    """Have a caller talk to an agent until she hangs up, the agent ends the call, or a turn fails.

    Args:
        within: Seconds for each turn of the agent.
        outcome: What the assistant makes of the call, from its history; asked for at the end.
    """
    before, _ = database.read()
    session = _Session(llm=llm)
    async with session:
        call = _Call(caller, session, database, before)
        greeting = session.start(agent, capture_run=True, record=False)
        nobody = Line("", caller.call_language or caller.language)
        heard = await _turn(call, nobody, greeting, within)
        ended = await _talk(call, talker, heard, within)
        made = None if outcome is None else await outcome(session.history)
        history = session.history.copy()
    after, _ = database.read()
    transcript = Transcript(
        caller=caller,
        instructions="\n\n".join(call.instructions),
        turns=tuple(call.turns),
        ended=ended,
        outcome=None if made is None else made.model_dump(mode="json"),
        before=before,
        after=after,
    )
    return HeldCall(transcript, history)


async def _talk(call: _Call, talker: Talker, heard: Heard, within: float) -> str:
    """Why the call ended."""
    is_goodbye = False
    while True:
        if call.turns[-1].error:
            return "a turn failed"
        said = await talker.next(heard)
        if isinstance(said, HangUp):
            return said.reason
        if call.session.ending:
            return "done" if is_goodbye else "the agent ended the call"
        is_goodbye = said.is_goodbye
        run: RunResult[Any] = call.session.run(user_input=said.text, input_modality="audio")
        heard = await _turn(call, said, run, within)


async def _turn(call: _Call, said: Line, run: Awaitable[RunResult[Any]], within: float) -> Heard:
    """Wait for the agent's turn, and note it."""
    began, error, events = time.monotonic(), "", []
    try:
        async with asyncio.timeout(within):
            events = (await run).events
    except TimeoutError:
        error = f"no answer within {within:g} s"
    except Exception as failure:  # The agent's, its tools' or its model's: the call has failed.
        error = f"{type(failure).__name__}: {failure}"
    seconds = time.monotonic() - began
    rows, keys = call.database.read()
    turn = Turn(
        number=len(call.turns),
        caller=said.text,
        language=said.language,
        agent=tuple(
            event.item.text_content or ""
            for event in events
            if isinstance(event, ChatMessageEvent) and event.item.role == "assistant"
        ),
        tools=_tools(events),
        changes=changes(call.rows, rows, keys),
        seconds=seconds,
        error=error,
    )
    call.rows = rows
    call.turns.append(turn)
    if not call.session.ending:
        call.instructions[str(call.session.current_agent.instructions)] = None
    return Heard(turn.reply, frozenset(tool.name for tool in turn.tools if not tool.failed))


def _tools(events: list[Any]) -> tuple[ToolCall, ...]:
    """The tools that ran in a turn. One that waits for the caller has no output yet; it counts in
    the turn in which it ends, too."""
    outputs: Mapping[str, FunctionCallOutput] = {
        event.item.call_id: event.item
        for event in events
        if isinstance(event, FunctionCallOutputEvent)
    }
    begun = {e.item.call_id: e.item for e in events if isinstance(e, FunctionCallEvent)}
    made = [
        ToolCall(
            call.name,
            call.arguments,
            output=outputs[at].output if at in outputs else "",
            failed=at not in outputs or outputs[at].is_error,
        )
        for at, call in begun.items()
    ]
    made += [
        ToolCall(output.name, "", output=output.output, failed=output.is_error)
        for at, output in outputs.items()
        if at not in begun
    ]
    return tuple(made)
