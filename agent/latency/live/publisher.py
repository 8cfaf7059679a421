"""Publishes reports to the log, the playground page, the journal, the metrics and the traces.

A report is put into a queue, from which one task delivers it: the call never waits for a
delivery. Nothing here can fail a call; a report that cannot be delivered is dropped.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from livekit.plugins.sarvam_pooled import SegmentRecord
from opentelemetry.context import Context

from .. import waterfall
from ..budgets import Budget, SlowCallDetector
from ..journal import Journal
from ..marks import Kind
from ..summary import summarise
from ..turn_metrics import TurnMetrics
from ..turn_report import TurnReport
from ..usage import Usage
from . import tracing

logger = logging.getLogger(__name__)

_SEND_TIMEOUT: Final = 1.0
"""Seconds for one report to reach the room."""
_CLOSE_TIMEOUT: Final = 2.0
"""Seconds for all that is left to deliver when the call ends."""
_NOUNS: Final = {
    Kind.TURN: "a turn",
    Kind.GREETING: "the greeting",
    Kind.INTERRUPTION: "an interruption",
}
"""What a report is about, for the log."""

Send = Callable[[str], Awaitable[None]]
"""Sends a report's JSON to the room."""


class Publisher:
    """The reports of one call.

    Args:
        send: None to keep reports from the room.
        journal: Opens the call's file when the first line is written; None for no file.
        mitigate: Called with (slow, stage) when the call becomes slow and when it recovers.
    """

    def __init__(
        self,
        call: str,
        *,
        budget: Budget,
        metrics: TurnMetrics,
        send: Send | None,
        journal: Callable[[], Journal] | None,
        mitigate: Callable[[bool, str], None] = lambda *_: None,
    ) -> None:
        self._call = call
        self._budget = budget
        self._metrics = metrics
        self._send = send
        self._open_journal = journal
        self._journal: Journal | None = None
        self._disk = ThreadPoolExecutor(1, "latency: journal")
        self._mitigate = mitigate
        self._slow_call = SlowCallDetector(self._on_change)
        self._began = asyncio.get_running_loop().time()
        self._logged: set[tuple[Kind, int, float]] = set()
        # The reports of the whole call, for its summary; without what was said.
        self._completed: list[TurnReport] = []
        self._queue: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._is_closing = False
        # Reports that wait, while the call ends, until the journal has its lines.
        self._unsent: list[TurnReport] = []
        self._task = asyncio.create_task(self._run(), name="latency: publish")
        self.characters = 0
        """Characters sent to the primary TTS, by all Attempts."""

    def playing(self, report: TurnReport) -> None:
        """Queue the first report of a reply that has begun to play."""
        self._queue.put_nowait(lambda: self._show(report))

    def completed(self, report: TurnReport, context: Context | None) -> None:
        """Queue a report that is complete."""
        self._queue.put_nowait(lambda: self._keep(report, context))

    def segment(self, record: SegmentRecord) -> None:
        """Count a finished Segment of a reply that may never be heard."""
        for attempt in record.attempts:
            if attempt.sent is not None and not attempt.fallback_tts:
                self.characters += record.characters
            if attempt.leased is not None:
                self._metrics.lease(reused=attempt.reused)

    async def aclose(self, *, usage: Callable[[], list[Usage]]) -> None:
        """Deliver the queued reports, and sum up the call.

        Args:
            usage: Returns what the providers will bill.
        """
        self._is_closing = True
        self._queue.put_nowait(lambda: self._summarise(usage()))
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._queue.join()
                for report in self._unsent:
                    await self._send_to_room(report)
        except TimeoutError:
            logger.warning(
                "timing reports were lost: they could not be delivered before the call ended"
            )
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        # The journal's thread may still be writing, so it closes the file itself.
        self._disk.submit(self._close_journal)
        self._disk.shutdown(wait=False)

    async def _run(self) -> None:
        while True:
            deliver = await self._queue.get()
            try:
                await deliver()
            except Exception:
                # A bug here costs one report, not those behind it.
                logger.exception("a timing report was lost")
            finally:
                self._queue.task_done()

    async def _show(self, report: TurnReport) -> None:
        """Report a Turn while its reply plays."""
        report = self._judged(report)
        self._log(report)
        await self._to_room(report)

    async def _keep(self, report: TurnReport, context: Context | None) -> None:
        """Report a Turn that is over, and keep it for the summary."""
        report = self._judged(report)
        self._log(report)
        self._metrics.observe(report)
        if report.kind is Kind.TURN and report.budget is not None:
            self._slow_call.observe(report.budget)
        self._completed.append(replace(report, heard="", said=""))
        tracing.record(report, context)
        await self._to_journal(report.to_json())
        await self._to_room(report)

    def _judged(self, report: TurnReport) -> TurnReport:
        return replace(report, budget=self._budget.check(report.timeline))

    def _log(self, report: TurnReport) -> None:
        """One line for each Turn, at its first report."""
        key = (report.kind, report.turn, report.at)
        if key in self._logged:
            return
        self._logged.add(key)
        extra = {"call": self._call, "timing": waterfall.line(report)}
        if report.budget and report.budget.breaches:
            extra["look_at"] = report.budget.dominant
            logger.warning("%s is over its budget", _NOUNS[report.kind], extra=extra)
        else:
            logger.info("%s is within its budget", _NOUNS[report.kind], extra=extra)
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s", _bars(report))

    def _on_change(self, slow: bool, stage: str) -> None:
        if slow:
            logger.warning("this call is slow, turn after turn", extra={"look_at": stage})
            self._metrics.slow_call(stage)
        else:
            logger.info("this call is within its budget again", extra={"was": stage})
        self._mitigate(slow, stage)

    async def _to_room(self, report: TurnReport) -> None:
        if self._is_closing:
            self._unsent.append(report)
        else:
            await self._send_to_room(report)

    async def _send_to_room(self, report: TurnReport) -> None:
        if self._send is None:
            return
        try:
            async with asyncio.timeout(_SEND_TIMEOUT):
                await self._send(report.to_json())
        except Exception as error:
            # The room may be gone; the next report tries again.
            logger.debug("a report did not reach the room", extra={"error": type(error).__name__})

    async def _to_journal(self, line: str) -> None:
        if self._open_journal is not None:
            # In a thread: a slow disk must not hold up the loop, on which the audio runs.
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._disk, self._write, self._open_journal, line)

    def _write(self, begin: Callable[[], Journal], line: str) -> None:
        if self._journal is None:
            self._journal = begin()
        self._journal.write(line)

    def _close_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()

    async def _summarise(self, usage: list[Usage]) -> None:
        seconds = asyncio.get_running_loop().time() - self._began
        summary = summarise(self._call, self._completed, seconds=seconds, usage=usage)
        logger.info("call summary", extra={"call": self._call, "timing": summary.line()})
        await self._to_journal(summary.to_json())


def _bars(report: TurnReport) -> str:
    # Imported lazily: rich is only needed at DEBUG.
    from rich.console import Console

    text = io.StringIO()
    Console(file=text, width=100).print(waterfall.bars(report))
    return "\n" + text.getvalue()
