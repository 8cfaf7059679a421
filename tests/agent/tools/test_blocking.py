"""The watch on a tool's steps: one that blocks the loop is reported, with its line."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading

import pytest
from livekit.agents import function_tool

from agent.tools import blocking
from agent.tools.blocking import Watched
from agent.tools.rules import place_of


class Reported(logging.Handler):
    """Knows when something was reported."""

    def __init__(self) -> None:
        super().__init__()
        self.event = threading.Event()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.event.set()


async def test_a_tool_that_blocks_is_reported_with_its_line_while_it_blocks() -> None:
    """It blocks until it is reported: a watch on the loop itself would never report it."""
    reported = Reported()

    @function_tool
    async def stuck() -> str:
        """Block."""
        await asyncio.sleep(0)
        assert reported.event.wait(30)
        await asyncio.sleep(0)
        return "done"

    logger = logging.getLogger("agent.tools.blocking")
    logger.addHandler(reported)
    try:
        assert await Watched(stuck(), "stuck", place_of(stuck)) == "done"
    finally:
        logger.removeHandler(reported)
    source, first = inspect.getsourcelines(inspect.unwrap(stuck))
    offset = next(i for i, line in enumerate(source) if "event.wait" in line)
    (record,) = reported.records
    assert record.levelno == logging.WARNING
    assert vars(record)["tool"] == "stuck"
    assert vars(record)["line"] == f"tests/agent/tools/test_blocking.py:{first + offset}"


async def test_a_tool_that_waits_is_run_as_it_is(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its result, its error, and its cancellation, which it may answer, are those of the tool."""
    # The machine may stall in a step.
    monkeypatch.setattr(blocking, "BLOCKED", 60.0)
    place = place_of(function_tool(_fails))
    with pytest.raises(ValueError, match="no"):
        await Watched(_fails(), "fails", place)
    cleaned = asyncio.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.set()

    async def run() -> None:
        await Watched(waits(), "waits", place)

    task = asyncio.create_task(run())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned.is_set()
    assert not caplog.records


async def _fails() -> None:
    """Fail."""
    await asyncio.sleep(0)
    raise ValueError("no")
