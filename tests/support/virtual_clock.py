"""Event loops whose time jumps to the next timer: timing tests are exact and take no time, and no
time limit strikes because the machine is slow.

Async tests run on `new_event_loop` unless they are marked `real_clock` or `real_time`: see
`conftest.py`.
"""

from __future__ import annotations

import asyncio
import functools
import math
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_QUIET = 0.05
"""Seconds without a byte on loopback after which nothing is on its way."""
_PATIENCE = 20.0
"""Seconds without a byte after which a loop without any timer fails instead of waiting on."""
_STRETCH = 10
"""Seconds that a virtual one lasts while a thread or a process is at work: what hangs there meets
its time limit, and what is only slow does not."""
_PASS = 5e-5
"""Virtual seconds of one pass of a loop with sockets: time passes too where nobody ever rests."""


class _JumpingSelector(selectors.DefaultSelector):
    """Lets time pass instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            self.jump(timeout)
        return ready

    def jump(self, seconds: float | None) -> None:
        """Let time pass, without end if None."""
        if seconds is None:
            raise RuntimeError("nothing is scheduled: the test waits for ever")
        if seconds > 0:
            # A trace more, so that rounding never leaves a timer just ahead.
            self.now += seconds + 1e-9


class _WatchfulSelector(_JumpingSelector):
    """Lets time pass only while no message is on its way, and slowly while others work."""

    def __init__(self) -> None:
        super().__init__()
        self.others_work: Callable[[], bool] = lambda: False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += _PASS
        others_work = self.others_work()
        if timeout is None:
            longest = _PATIENCE
        else:
            longest = min(timeout * _STRETCH if others_work else timeout, _QUIET)
        ready = selectors.DefaultSelector.select(self, longest)
        if not ready and not others_work:
            self.jump(timeout)
        elif not ready and timeout is not None:
            self.jump(longest / _STRETCH)
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self, selector: _JumpingSelector) -> None:
        self._jumping = selector
        super().__init__(selector)
        # asyncio would warn of a callback in which the machine stalled.
        self.slow_callback_duration = math.inf

    def time(self) -> float:
        return self._jumping.now

    def hold_up(self, seconds: float) -> None:
        self._jumping.now += seconds


class _WatchfulLoop(_VirtualLoop):
    """Knows which threads and processes work for it."""

    def __init__(self) -> None:
        selector = _WatchfulSelector()
        selector.others_work = self._others_work
        self._in_threads: set[asyncio.Future[Any]] = set()
        # Processes that it starts may start others, which outlive them.
        self._has_processes = False
        super().__init__(selector)

    def _others_work(self) -> bool:
        return bool(self._in_threads) or self._has_processes

    def run_in_executor(self, *arguments: Any) -> Any:
        work = super().run_in_executor(*arguments)
        self._in_threads.add(work)
        work.add_done_callback(self._in_threads.discard)
        return work

    async def subprocess_exec(self, *arguments: Any, **options: Any) -> Any:
        self._has_processes = True
        return await super().subprocess_exec(*arguments, **options)


def hold_up(seconds: float) -> None:
    """Let time pass as if a callback of the running loop took so long."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _VirtualLoop)
    loop.hold_up(seconds)


def new_event_loop() -> asyncio.AbstractEventLoop:
    """A loop on a virtual clock that starts at 0, for a test and for servers on the same loop.

    Time jumps only while no message is on its way. While a function works in an executor of the
    loop, and once it has started a process, a virtual second takes ten real ones. The loop sees no
    other threads and processes: a test that waits for one of them needs the marker `real_clock`.
    """
    return _WatchfulLoop()


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which has no sockets, on a virtual clock that starts at 0."""
    with asyncio.Runner(
        loop_factory=lambda: _VirtualLoop(_JumpingSelector()), debug=True
    ) as runner:
        return runner.run(work)


def without_sockets(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Run a test as `run` does."""

    @functools.wraps(test)
    def run_it(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(test(*args, **kwargs))

    return run_it
