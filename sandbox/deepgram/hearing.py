"""The recogniser in a process of its own, and an ear in this one for each stream.

pocketsphinx holds the interpreter's lock while it works (measured: 0.6 s for 6 s of sound given at
once), and other stand-ins simulate their delays in this process. Calls go through one queue to one
worker, so whatever is sent for an utterance is done in order, and sending costs no waiting.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Protocol, TypeVar

from .endpointer import Began
from .recogniser import Listener, Recogniser
from .transcript import Word

Result = TypeVar("Result")


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
    """The worker process; started by the first use or by `warm_up`."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._numbers = itertools.count(1)

    def ear(self) -> HearingEar:
        """An ear for one stream."""
        return HearingEar(self)

    def number(self) -> int:
        """A number for an utterance."""
        return next(self._numbers)

    def warm_up(self) -> None:
        """Load the models now; what is asked meanwhile is answered when they are there."""
        self.send(_warm_up)

    def send(self, job: Callable[..., object], *arguments: object) -> None:
        """Have `job` done by the worker, and do not wait."""
        self._submit(job, *arguments)

    def ask(self, job: Callable[..., Result], *arguments: object) -> asyncio.Future[Result]:
        """Have `job` done by the worker; raises `BrokenProcessPool` if the worker dies over it."""
        return asyncio.wrap_future(self._submit(job, *arguments))

    async def aclose(self) -> None:
        """Stop the worker, without what it has not begun."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)

    def _submit(self, job: Callable[..., Result], *arguments: object) -> Future[Result]:
        try:
            return self._running().submit(job, *arguments)
        except BrokenProcessPool:
            # The worker died since the last job; bring up another.
            self._pool = None
            return self._running().submit(job, *arguments)

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=1,
                # Never a fork of this process: it has threads.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin_worker,
            )
        return self._pool


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
        self._hearing.send(_begin, self._number)

    def feed(self, pcm: bytes) -> None:
        """As `Ear.feed`."""
        self._hearing.send(_feed, self._number, pcm)

    def heard(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `Ear.heard`."""
        return self._ask(_heard)

    def finish(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `Ear.finish`."""
        words = self._ask(_finish)
        self._number = 0
        return words

    def discard(self) -> None:
        """As `Ear.discard`."""
        if self._number:
            self._hearing.send(_finish, self._number)
            self._number = 0

    def _ask(self, job: Callable[[int], tuple[Word, ...]]) -> Awaitable[tuple[Word, ...]]:
        answer = self._hearing.ask(job, self._number)
        return asyncio.ensure_future(_place(answer, self._sound_from))


async def _place(words: Awaitable[tuple[Word, ...]], at: float) -> tuple[Word, ...]:
    """The words of an utterance whose sound begins at `at`, with times of the stream."""
    try:
        heard = await words
    except (BrokenProcessPool, KeyError) as error:
        raise HearingError("the recogniser's process ended in an utterance") from error
    return tuple(replace(word, start=word.start + at, end=word.end + at) for word in heard)


# What follows runs in the worker.

_utterances: dict[int, Listener] = {}


@functools.cache
def _recogniser() -> Recogniser:
    return Recogniser()


def _begin_worker() -> None:
    # Ctrl-C goes to the whole foreground; the parent ends the worker.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker waits for jobs for ever, even when the parent was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _warm_up() -> None:
    _recogniser()


def _begin(number: int) -> None:
    _utterances[number] = _recogniser().listen()


def _feed(number: int, pcm: bytes) -> None:
    _utterances[number].feed(pcm)


def _heard(number: int) -> tuple[Word, ...]:
    return _utterances[number].heard()


def _finish(number: int) -> tuple[Word, ...]:
    return _utterances.pop(number).finish()
