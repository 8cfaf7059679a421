"""Reports a tool that blocks the event loop, on which the whole call runs: no sound comes in or
goes out meanwhile.

A tool runs in steps, from one `await` to the next. Each is timed by two reads of a clock; a thread
looks at the step in progress, because the loop itself cannot. The thread lives while the tool runs.
Tasks that a tool starts are not watched.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Coroutine, Generator
from typing import Any, Final, TypeVar

from .rules import Place

logger = logging.getLogger(__name__)

BLOCKED: Final = 0.2
"""Seconds of one step that are reported: as much sound as a room's output holds ready."""
_INTERVAL: Final = 0.05

T = TypeVar("T")


class Watched:
    """Awaits a coroutine of a tool, and watches its steps."""

    def __init__(self, coroutine: Coroutine[Any, Any, T], tool: str, place: Place) -> None:
        self._coroutine = coroutine
        self._tool = tool
        self._place = place
        # When the step in progress began.
        self._began: float | None = None
        self._ended = threading.Event()

    def __await__(self) -> Generator[Any, Any, Any]:
        loop_thread = threading.get_ident()
        threading.Thread(
            target=self._watch, args=(loop_thread,), name=f"watch-{self._tool}", daemon=True
        ).start()
        try:
            return (yield from self._steps())
        finally:
            self._ended.set()

    def _steps(self) -> Generator[Any, Any, Any]:
        coroutine, value, error = self._coroutine, None, None
        while True:
            self._began = time.monotonic()
            try:
                waits_for = coroutine.send(value) if error is None else coroutine.throw(error)
            except StopIteration as stop:
                return stop.value
            finally:
                self._began = None
            value, error = None, None
            try:
                value = yield waits_for
            except GeneratorExit:
                coroutine.close()
                raise
            except BaseException as thrown:
                error = thrown

    def _watch(self, loop_thread: int) -> None:
        reported: float | None = None
        while not self._ended.wait(_INTERVAL):
            began = self._began
            if began is None or began == reported or time.monotonic() - began < BLOCKED:
                continue
            reported = began
            logger.warning(
                "a tool blocks the event loop: the caller is not heard and hears nothing. Await "
                "what takes long, or run it in asyncio.to_thread",
                extra={"tool": self._tool, "line": self._line(loop_thread)},
            )

    def _line(self, thread: int) -> str:
        """The line of the tool's file that the thread is in; the tool's own if it is elsewhere."""
        frame = sys._current_frames().get(thread)
        while frame is not None:
            if frame.f_code.co_filename == self._place.file:
                return self._place.at(frame.f_lineno)
            frame = frame.f_back
        return str(self._place)
