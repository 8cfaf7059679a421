"""An event loop whose time jumps to the next timer: timing tests are exact and take no time."""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_QUIET = 0.05
"""Seconds without a byte on loopback after which nothing is on its way."""


class _JumpingSelector(selectors.DefaultSelector):
    """Lets time pass instead of waiting, once nothing has come for `quiet` seconds."""

    def __init__(self, quiet: float) -> None:
        super().__init__()
        self._quiet = quiet
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(self._quiet if timeout is None else min(timeout, self._quiet))
        if ready:
            return ready
        if timeout is None:
            raise RuntimeError("nothing is scheduled: the test waits for ever")
        if timeout > 0:
            # A trace more, so that rounding never leaves a timer just ahead.
            self.now += timeout + 1e-9
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self, quiet: float) -> None:
        self._jumping = _JumpingSelector(quiet)
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def hold_up(self, seconds: float) -> None:
        self._jumping.now += seconds


def hold_up(seconds: float) -> None:
    """Let time pass as if a callback of the running loop took so long."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _VirtualLoop)
    loop.hold_up(seconds)


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work` on a virtual clock that starts at 0."""
    return _run(work, quiet=0.0)


def without_sockets(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Run a test on a virtual clock that starts at 0."""
    return _decorated(test, quiet=0.0)


def with_sockets(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Run a test on a virtual clock although it talks to a server on its loop: time jumps only
    while no message is on its way, so no time limit strikes because the machine is slow. Threads do
    not count: time may jump while one works."""
    return _decorated(test, quiet=_QUIET)


def _decorated(test: Callable[P, Coroutine[Any, Any, T]], *, quiet: float) -> Callable[P, T]:
    @functools.wraps(test)
    def run_it(*args: P.args, **kwargs: P.kwargs) -> T:
        return _run(test(*args, **kwargs), quiet=quiet)

    return run_it


def _run(work: Coroutine[Any, Any, T], *, quiet: float) -> T:
    with asyncio.Runner(loop_factory=lambda: _VirtualLoop(quiet), debug=True) as runner:
        return runner.run(work)
