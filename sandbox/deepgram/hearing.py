"""The recogniser in a process of its own, and an ear in this one for each stream.

pocketsphinx holds the interpreter's lock while it works (measured: 0.6 s for 6 s of sound given at
once), and other stand-ins simulate their delays in this process. All jobs go down one pipe to one
worker, so whatever is sent for an utterance is done in order, and sending costs no waiting.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from collections import deque
from collections.abc import Awaitable, Generator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from .endpointer import Began
from .jobs import Kind, pack_job, unpack_answer
from .transcript import Word

# The folder that `sandbox` lies in, wherever this process was started.
_ROOT = Path(__file__).parents[2]
# Seconds that the worker may take to finish what it is doing.
_PATIENCE = 2.0


class HearingError(Exception):
    """The recogniser's process is gone."""


class Ear(Protocol):
    """What turns the utterances of one stream into words, one utterance at a time.

    All times are in seconds of the stream.
    """

    def begin(self, began: Began) -> None:
        """An utterance begins."""
        ...

    def feed(self, pcm: bytes) -> None:
        """More of its sound."""
        ...

    def heard(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """What it seems to be by the time `at`."""
        ...

    def finish(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """What it was; it ended at `at`."""
        ...

    def discard(self) -> None:
        """The utterance, if there is one, was none after all, or nobody waits for it."""
        ...


class Hearing:
    """The worker process: started by the first job or by `warm_up`, and again if it dies."""

    def __init__(self) -> None:
        self._worker: _Worker | None = None
        self._numbers = itertools.count(1)

    def ear(self) -> HearingEar:
        """An ear for one stream."""
        return HearingEar(self)

    def number(self) -> int:
        """A number for an utterance."""
        return next(self._numbers)

    def warm_up(self) -> None:
        """Load the models now; what is asked meanwhile is answered when they are there."""
        self._running()

    def send(self, kind: Kind, utterance: int, pcm: bytes = b"") -> None:
        """Have a job done, and do not wait."""
        self._running().send(pack_job(kind, utterance, pcm))

    def ask(self, kind: Kind, utterance: int) -> Awaitable[tuple[Word, ...]]:
        """Have a job done; await its answer. Raises `HearingError` there."""
        return self._running().ask(pack_job(kind, utterance))

    async def aclose(self) -> None:
        """Stop the worker."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.aclose()

    def _running(self) -> _Worker:
        if self._worker is None or self._worker.is_over:
            self._worker = _Worker()
        return self._worker


class _Worker:
    """One process, from its start to its end."""

    def __init__(self) -> None:
        self._jobs: asyncio.Queue[bytes] = asyncio.Queue()
        # Whoever waits for an answer; answers come in this order.
        self._asked: deque[asyncio.Future[tuple[Word, ...]]] = deque()
        self._task = asyncio.create_task(self._run())

    @property
    def is_over(self) -> bool:
        """Whether it takes no more jobs."""
        return self._task.done()

    def send(self, job: bytes) -> None:
        """Have a job done that has no answer."""
        self._jobs.put_nowait(job)

    def ask(self, job: bytes) -> asyncio.Future[tuple[Word, ...]]:
        """Have a job done that has an answer."""
        future: asyncio.Future[tuple[Word, ...]] = asyncio.get_running_loop().create_future()
        self._asked.append(future)
        self._jobs.put_nowait(job)
        return future

    async def aclose(self) -> None:
        """Stop it."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"{__package__}.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        writing = asyncio.create_task(self._write(process.stdin))
        try:
            await self._read(process.stdout)
        finally:
            writing.cancel()
            self._give_up()
            await _end(process, process.stdin)

    async def _write(self, pipe: asyncio.StreamWriter) -> None:
        # A worker that died is noticed by its answers' end.
        with suppress(ConnectionError):
            while True:
                pipe.write(await self._jobs.get())
                await pipe.drain()

    async def _read(self, pipe: asyncio.StreamReader) -> None:
        while line := await pipe.readline():
            future = self._asked.popleft()
            if not future.cancelled():
                future.set_result(unpack_answer(line))

    def _give_up(self) -> None:
        for future in self._asked:
            if not future.done():
                future.set_exception(HearingError("the recogniser's process ended"))
                # Nobody may be left to ask for it.
                future.exception()


async def _end(process: asyncio.subprocess.Process, pipe: asyncio.StreamWriter) -> None:
    """The worker ends with its input; without patience if it does not."""
    pipe.close()
    try:
        async with asyncio.timeout(_PATIENCE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class HearingEar:
    """An `Ear` that hears English."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        # The utterance's number at the worker; 0 out of an utterance.
        self._number = 0
        self._sound_from = 0.0

    def begin(self, began: Began) -> None:
        """As `Ear.begin`."""
        self._number = self._hearing.number()
        self._sound_from = began.sound_from
        self._hearing.send("begin", self._number)

    def feed(self, pcm: bytes) -> None:
        """As `Ear.feed`."""
        self._hearing.send("feed", self._number, pcm)

    def heard(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `Ear.heard`."""
        return _Placed(self._hearing.ask("heard", self._number), self._sound_from)

    def finish(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `Ear.finish`."""
        number, self._number = self._number, 0
        return _Placed(self._hearing.ask("finish", number), self._sound_from)

    def discard(self) -> None:
        """As `Ear.discard`."""
        if self._number:
            self._hearing.send("discard", self._number)
            self._number = 0


class _Placed:
    """Awaits the words of an utterance whose sound begins at `at`; gives them times of the stream.

    Not a coroutine: one that nobody awaits, because the stream is over, is complained of.
    """

    def __init__(self, words: Awaitable[tuple[Word, ...]], at: float) -> None:
        self._words = words
        self._at = at

    def __await__(self) -> Generator[Any, None, tuple[Word, ...]]:
        words = yield from self._words.__await__()
        return tuple(
            replace(word, start=word.start + self._at, end=word.end + self._at) for word in words
        )
