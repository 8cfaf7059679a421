"""The tool calls of the turn: the same call is one run, however often it is asked for.

LiveKit Agents 1.8.9 runs no tool of a preemptive reply before its turn is over, and commits what an
interrupted reply's tools have done. It does run a call twice that it is given twice: by an LLM's
stream that breaks after the call and is retried, or by a model that repeats itself.
"""

from __future__ import annotations

from asyncio import Future
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Run:
    """One run of a tool, and its result or error."""

    result: Future[Any]
    ended: float | None = None


class Ledger:
    """What was called, by tool and arguments. Times are seconds of Unix time, as LiveKit's."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], Run] = {}

    def find(self, turn: float, tool: str, arguments: str) -> Run | None:
        """The run of the same call whose result the model has not seen before this turn.

        Args:
            turn: When the caller's message was made. The model is asked after that, so it has seen
                what ended before.
        """
        self._runs = {
            call: run for call, run in self._runs.items() if run.ended is None or run.ended >= turn
        }
        return self._runs.get((tool, arguments))

    def add(self, tool: str, arguments: str, result: Future[Any]) -> Run:
        """Remember a run that begins."""
        run = self._runs[tool, arguments] = Run(result)
        return run
