"""All callers of an assistant, several at once, each with a fresh database and the file's clock."""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from livekit.agents.llm import LLM

from agent.assistant import Assistant
from evals.caller.engine import SimulatedCaller
from evals.caller.talkers import ModelTalker, RuleTalker
from evals.callers.personas import persona_file
from evals.callers.schema import Caller, CallerFile
from evals.judges.model import judged_by_model
from evals.judges.verdict import judge
from evals.records.database import Database, DatabaseError
from evals.results import Result, Run
from evals.speech.asks import Asks

from .text import Talker, hold


class Callee(Protocol):
    """An assistant that can be called, as `agent.assistant.load` loads it."""

    @property
    def name(self) -> str:
        """The name of its folder."""

    @property
    def entry(self) -> type[Assistant]:
        """The class that answers a call."""

    def new_call(self, code: str | None = None, **details: Any) -> Any:
        """What its agent knows of a call."""

    def answer(self, call: Any) -> Assistant:
        """The agent that answers a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How callers call."""

    seed: int = 0
    jobs: int = 4
    """Calls at once."""
    model: str = "the sandbox's model"
    plays_callers: bool = False
    """Whether the model plays the callers, too."""
    judges: bool = False
    """Whether the model judges, too."""
    rewrite: Callable[[str], str] | None = None
    """Changes the system prompt, to plant a bug."""


async def call_all(
    assistant: Callee,
    file: CallerFile,
    callers: Sequence[Caller],
    llm: LLM[Any],
    options: Options,
    *,
    on_done: Callable[[Result], None] = lambda _: None,
) -> Run:
    """Have each caller call, and judge the call.

    Args:
        on_done: Called with each result as it comes.

    Raises:
        DatabaseError: A row of the file cannot be put into the database.
    """
    began = time.monotonic()
    free = asyncio.Semaphore(options.jobs)

    async def one(caller: Caller) -> Result:
        async with free:
            result = await call(assistant, file, caller, llm, options)
        on_done(result)
        return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(caller)) for caller in callers]
    return Run(
        assistant=assistant.name,
        results=tuple(task.result() for task in tasks),
        seconds=time.monotonic() - began,
        model=options.model,
        judged_by_model=options.judges,
    )


async def call(
    assistant: Callee, file: CallerFile, caller: Caller, llm: LLM[Any], options: Options
) -> Result:
    """One call, judged."""
    asks = Asks(file.asks)
    with TemporaryDirectory(prefix="evals-") as folder:
        url = f"sqlite:///{Path(folder) / 'records.sqlite3'}"
        database = Database(url, file.database.tables)
        prepare(assistant, file, caller, database)
        about = assistant.new_call(
            caller.call_language or caller.language,
            id=caller.id,
            now=lambda: file.now,
            database_url=url,
            variables={**file.variables, **caller.variables},
        )
        agent = assistant.answer(about)
        if options.rewrite is not None:
            await agent.update_instructions(options.rewrite(str(agent.instructions)))
        talker = _talker(file, caller, asks, llm, options)
        outcome = agent.call_outcome if caller.expect.outcome else None
        held = await hold(caller, talker, agent, llm, database, outcome=outcome)
        _, keys = database.read()
    findings = judge(held.transcript, file, asks, keys)
    if options.judges:
        findings += await judged_by_model(held.history, llm)
    return Result(held.transcript, findings)


def prepare(assistant: Callee, file: CallerFile, caller: Caller, database: Database) -> None:
    """Make the tables, and put the caller's rows there.

    Raises:
        DatabaseError: `database.make` is not there, or a row does not fit.
    """
    if file.database.make is not None:
        made = _maker(assistant, file.database.make)(database.url)
        if close := getattr(made, "close", None):
            close()
    database.put([file.rows[name] for name in caller.before])


def _maker(assistant: Callee, path: str) -> Callable[[str], object]:
    module, _, name = path.partition(":")
    package = assistant.entry.__module__.rpartition(".")[0]
    try:
        found: Callable[[str], object] = getattr(
            importlib.import_module(f"{package}.{module}"), name
        )
    except (ImportError, AttributeError) as error:
        raise DatabaseError(f"database.make = {path!r}: {error}") from error
    return found


def _talker(
    file: CallerFile, caller: Caller, asks: Asks, llm: LLM[Any], options: Options
) -> Talker:
    persona = persona_file().personas[caller.persona]
    if options.plays_callers:
        return ModelTalker(caller, persona, llm, turns=file.turns)
    return RuleTalker(SimulatedCaller(caller, persona, asks, turns=file.turns, seed=options.seed))
