"""An event loop whose time jumps to the next timer: timing tests are exact and take no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting for `timeout`, says that it has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing is scheduled: the test waits for ever")
        # A trace more, so that rounding never leaves a timer just ahead.
        self.now += timeout + 1e-9 if timeout > 0 else 0.0
        return super().select(0)


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
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
    with asyncio.Runner(loop_factory=_VirtualLoop, debug=True) as runner:
        return runner.run(work)
