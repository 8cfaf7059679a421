"""The recogniser in a process of its own, and its face in this one for each stream.

pocketsphinx holds the interpreter's lock while it works (measured: 0.6 s for 6 s of sound at once),
and other stand-ins simulate their delays in this process. All jobs go through one pipe to one
process, so the jobs of an utterance are done in order, and sending one does not wait.
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

# The folder that holds the package `sandbox`.
_ROOT = Path(__file__).parents[2]
# Seconds that the process may take to finish its work.
_STOP_TIMEOUT = 2.0


class RecogniserError(Exception):
    """The recogniser's process ended."""


class StreamRecogniser(Protocol):
    """Turns the utterances of one stream into words, one utterance at a time.

    All times are in seconds of the stream.
    """

    def begin(self, began: Began) -> None:
        """An utterance begins."""
        ...

    def feed(self, pcm: bytes) -> None:
        """More of its sound."""
        ...

    def partial(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """Its words so far, at `at`."""
        ...

    def finish(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """All its words; it ended at `at`."""
        ...

    def discard(self) -> None:
        """Drop the utterance, if there is one: it was no speech, or nobody waits for it."""
        ...


class RecogniserProcess:
    """The process: started by the first job or by `warm_up`, and again if it dies."""

    def __init__(self) -> None:
        self._process: _Process | None = None
        self._numbers = itertools.count(1)

    def recogniser(self) -> RemoteRecogniser:
        """A recogniser for one stream."""
        return RemoteRecogniser(self)

    def number(self) -> int:
        """A number for an utterance."""
        return next(self._numbers)

    def warm_up(self) -> None:
        """Load the models now; jobs that come meanwhile are answered afterwards."""
        self._running()

    def send(self, kind: Kind, utterance: int, pcm: bytes = b"") -> None:
        """Send a job that has no answer."""
        self._running().send(pack_job(kind, utterance, pcm))

    def ask(self, kind: Kind, utterance: int) -> Awaitable[tuple[Word, ...]]:
        """Send a job; awaiting its answer may raise `RecogniserError`."""
        return self._running().ask(pack_job(kind, utterance))

    async def aclose(self) -> None:
        """Stop the process."""
        process, self._process = self._process, None
        if process is not None:
            await process.aclose()

    def _running(self) -> _Process:
        if self._process is None or self._process.is_over:
            self._process = _Process()
        return self._process


class _Process:
    """One process, from its start to its end."""

    def __init__(self) -> None:
        self._jobs: asyncio.Queue[bytes] = asyncio.Queue()
        # Jobs that wait for their answers, which come in this order.
        self._asked: deque[asyncio.Future[tuple[Word, ...]]] = deque()
        self._task = asyncio.create_task(self._run())

    @property
    def is_over(self) -> bool:
        """Whether it takes no more jobs."""
        return self._task.done()

    def send(self, job: bytes) -> None:
        """Send a job that has no answer."""
        self._jobs.put_nowait(job)

    def ask(self, job: bytes) -> asyncio.Future[tuple[Word, ...]]:
        """Send a job that has an answer."""
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
            f"{__package__}.recogniser_worker",
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
        # The end of the answers shows that the process died.
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
                future.set_exception(RecogniserError("the recogniser's process ended"))
                # Mark it as retrieved: the caller may be gone.
                future.exception()


async def _end(process: asyncio.subprocess.Process, pipe: asyncio.StreamWriter) -> None:
    """Close the process's input, which ends it; kill it if it does not end in time."""
    pipe.close()
    try:
        async with asyncio.timeout(_STOP_TIMEOUT):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class RemoteRecogniser:
    """A `StreamRecogniser` of English, in the process."""

    def __init__(self, process: RecogniserProcess) -> None:
        self._process = process
        # The utterance's number in the process; 0 between utterances.
        self._number = 0
        self._sound_from = 0.0

    def begin(self, began: Began) -> None:
        """As `StreamRecogniser.begin`."""
        self._number = self._process.number()
        self._sound_from = began.sound_from
        self._process.send("begin", self._number)

    def feed(self, pcm: bytes) -> None:
        """As `StreamRecogniser.feed`."""
        self._process.send("feed", self._number, pcm)

    def partial(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `StreamRecogniser.partial`."""
        return _Placed(self._process.ask("partial", self._number), self._sound_from)

    def finish(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `StreamRecogniser.finish`."""
        number, self._number = self._number, 0
        return _Placed(self._process.ask("finish", number), self._sound_from)

    def discard(self) -> None:
        """As `StreamRecogniser.discard`."""
        if self._number:
            self._process.send("discard", self._number)
            self._number = 0


class _Placed:
    """Awaits the words of an utterance that begins at `at`, and gives them times of the stream.

    Not a coroutine: Python warns about one that is never awaited because the stream is over.
    """

    def __init__(self, words: Awaitable[tuple[Word, ...]], at: float) -> None:
        self._words = words
        self._at = at

    def __await__(self) -> Generator[Any, None, tuple[Word, ...]]:
        words = yield from self._words.__await__()
        return tuple(
            replace(word, start=word.start + self._at, end=word.end + self._at) for word in words
        )
