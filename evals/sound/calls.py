"""Has callers call by sound: the sandbox's stack, real rooms, one call after the other."""

from __future__ import annotations

import asyncio
import json
import os
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import aiohttp
import numpy as np
from livekit import api

from evals.caller.engine import Line, SimulatedCaller
from evals.caller.talkers import RuleTalker
from evals.callers.personas import persona_file
from evals.callers.schema import Caller, CallerFile
from evals.judges.verdict import judge
from evals.records.changes import changes
from evals.records.database import Database
from evals.results import Result, Run
from evals.runner.calls import Callee, prepare
from evals.runner.llm import stand_in_server
from evals.speech.asks import Asks
from evals.transcript import RowChange, Snapshot, Transcript, Turn
from sandbox.caller.audio_path import noisy
from sandbox.caller.client import CallError, dial
from sandbox.caller.microphone import SAMPLE_RATE
from sandbox.stack.environment import HOST, PROVIDERS, STAND_IN_KEY, key_name
from sandbox.stack.report import Report
from sandbox.stack.stack import Stack, StackOptions, stack
from sandbox.standin import serve
from sandbox.voice import speak
from sandbox.voice.pcm import Samples

from .conversation import SpokenTurn, converse
from .record import Record
from .worker import NOW, RECORDS

AGENT: Final = "evaluated"
"""The worker's `AGENT_NAME`, so that no other call on this machine reaches it."""
_WRITTEN_WITHIN: Final = 20.0
_WORKER: Final = ("-m", "evals.sound.worker")


async def call_all_by_sound(
    assistant: Callee,
    folder: Path,
    file: CallerFile,
    callers: Sequence[Caller],
    *,
    seed: int = 0,
    report: Report | None = None,
    on_done: Callable[[Result], None] = lambda _: None,
) -> Run:
    """Bring the stack up, have each caller call, and judge the calls.

    Args:
        folder: Of the assistant.

    Raises:
        BringUpError: Something cannot be started.
    """
    began = time.monotonic()
    with TemporaryDirectory(prefix="evals-") as place:
        async with serve(stand_in_server(file.now, instant=False), host=HOST) as llm:
            options = _options(Path(place), folder, file, llm)
            async with stack(options, report=report) as running:
                caller_for = _Callers(running, assistant, file, Path(place), seed)
                results = []
                for caller in callers:
                    results.append(await caller_for.call(caller))
                    on_done(results[-1])
    return Run(
        assistant=assistant.name,
        results=tuple(results),
        seconds=time.monotonic() - began,
        model="the sandbox's model, by sound",
    )


def _options(place: Path, folder: Path, file: CallerFile, llm: str) -> StackOptions:
    """Everything of its own, whatever the environment and `.env` name."""
    elsewhere = {*map(key_name, PROVIDERS), "AGENT_NAME"}
    elsewhere |= {"LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"}
    own = {name: value for name, value in os.environ.items() if name not in elsewhere}
    environ = own | {
        "AGENT_NAME": AGENT,
        "ASSISTANT": folder.name,
        "ASSISTANTS_DIR": str(folder.parent.resolve()),
        "DATABASE_URL": _url(place),
        "DATA_DIR": str(place / "data"),
        "OPENAI_API_KEY": STAND_IN_KEY,
        "OPENAI_BASE_URL": f"http://{llm}/v1",
        NOW: file.now.isoformat(),
        RECORDS: str(place),
    }
    return StackOptions(
        environ=environ,
        env_file=place / "none",
        logs=place / "logs",
        program=_WORKER,
        with_playground=False,
    )


def _url(place: Path) -> str:
    return f"sqlite:///{place / 'records.sqlite3'}"


class _Callers:
    """Calls the worker of a stack."""

    def __init__(
        self, running: Stack, assistant: Callee, file: CallerFile, place: Path, seed: int
    ) -> None:
        self._running = running
        self._assistant = assistant
        self._file = file
        self._place = place
        self._seed = seed
        self._asks = Asks(file.asks)
        self._database = Database(_url(place), file.database.tables)

    async def call(self, caller: Caller) -> Result:
        """One call, judged."""
        self._database.clear()
        prepare(self._assistant, self._file, caller, self._database)
        before, keys = self._database.read()
        seen, changed = before, list[tuple[RowChange, ...]]()

        def on_turn(_: SpokenTurn) -> None:
            nonlocal seen
            rows, _keys = self._database.read()
            changed.append(changes(seen, rows, keys))
            seen = rows

        turns: list[SpokenTurn] = []
        room = f"{caller.id}-{uuid.uuid4().hex[:6]}"
        try:
            ended = await self._talk(caller, room, turns, on_turn)
        except CallError as error:
            ended = str(error)
        record = await self._record(room)
        after, _ = self._database.read()
        call = _transcript(caller, turns, changed, record, ended, before, after)
        return Result(call, judge(call, self._file, self._asks, keys))

    async def _talk(
        self,
        caller: Caller,
        room: str,
        turns: list[SpokenTurn],
        on_turn: Callable[[SpokenTurn], None],
    ) -> str:
        persona = persona_file().personas[caller.persona]
        engine = SimulatedCaller(
            caller, persona, self._asks, turns=self._file.turns, seed=self._seed
        )
        said: list[str] = []
        await self._script(said)

        async def voice(line: Line) -> Samples:
            said.append(line.text)
            await self._script(said)
            return await spoken(line, pace=persona.pace, noise=persona.noise, seed=len(said))

        async with dial(
            self._running.livekit_url, self._token(caller, room), identity="caller"
        ) as phone:
            return await converse(
                phone, RuleTalker(engine), voice, self._asks, turns, on_turn=on_turn
            )

    async def _script(self, said: Sequence[str]) -> None:
        """What the recogniser hears: what the caller says. The sound decides when."""
        options = {"script": list(said), "shared_script": True}
        address = f"http://{self._running.stand_ins['deepgram']}/_control"
        async with (
            aiohttp.ClientSession() as session,
            session.post(address, json={"options": options}) as answer,
        ):
            answer.raise_for_status()

    def _token(self, caller: Caller, room: str) -> str:
        language = caller.call_language or caller.language
        about = {
            "assistant": self._assistant.name,
            "language": language,
            "variables": {**self._file.variables, **caller.variables},
        }
        dispatch = api.RoomAgentDispatch(agent_name=AGENT, metadata=json.dumps(about))
        return (
            api.AccessToken(self._running.api_key, self._running.api_secret)
            .with_identity("caller")
            .with_grants(api.VideoGrants(room_join=True, room=room))
            .with_room_config(api.RoomConfiguration(agents=[dispatch]))
            .to_jwt()
        )

    async def _record(self, room: str) -> Record:
        """What the worker wrote of the call; empty if it wrote nothing."""
        path = self._place / f"{room}.json"
        until = time.monotonic() + _WRITTEN_WITHIN
        while not path.exists():
            if time.monotonic() > until:
                return Record("", ())
            await asyncio.sleep(0.1)
        return Record.read(path.read_text(encoding="utf-8"))


async def spoken(line: Line, *, pace: float, noise: float | None, seed: int) -> Samples:
    """The sound of a line, at `SAMPLE_RATE`.

    Args:
        noise: RMS in dBFS of a crowd's noise over it; None for none.
        seed: Which stretch of noise.
    """
    sound = await speak(line.text, language=line.language, pace=pace, sample_rate=SAMPLE_RATE)
    samples: Samples = np.frombuffer(sound, np.dtype("<i2")).astype(np.int16)
    return samples if noise is None else noisy(samples, "crowd", noise, seed=seed)


def _transcript(
    caller: Caller,
    turns: Sequence[SpokenTurn],
    changed: Sequence[tuple[RowChange, ...]],
    record: Record,
    ended: str,
    before: Snapshot,
    after: Snapshot,
) -> Transcript:
    """The call as the judges take it: words as the caller heard them, tools from the worker."""
    unix = time.time() - time.monotonic()
    ends = [turn.began for turn in turns[1:]] + [float("inf")]
    return Transcript(
        caller=caller,
        instructions=record.instructions,
        turns=tuple(
            Turn(
                number=number,
                caller=turn.line.text,
                language=turn.line.language or caller.call_language or caller.language,
                agent=(turn.answer,) if turn.answer else (),
                tools=record.tools(unix + turn.began, unix + end),
                changes=rows,
                seconds=turn.answered - turn.ended,
            )
            for number, (turn, end, rows) in enumerate(zip(turns, ends, changed, strict=True))
        ),
        ended=ended,
        before=before,
        after=after,
    )
