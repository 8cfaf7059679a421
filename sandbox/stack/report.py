"""Shows bring-up: a line for each part, with the seconds that it has taken."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text


class Report:
    """Shows nothing; for tests."""

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """The part `name` starts while the block runs."""
        yield

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Several parts start while the block runs."""
        yield


class ConsoleReport(Report):
    """Live lines on a terminal; elsewhere one line as each part is ready."""

    def __init__(self, console: Console) -> None:
        self._console = console
        # Part -> when it began; part -> how it ended, and after how many seconds.
        self._began: dict[str, float] = {}
        self._ended: dict[str, tuple[str, float]] = {}
        self._spinner = Spinner("dots", style="cyan")

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Update the lines while the block runs; a log file gets no live lines."""
        if not self._console.is_terminal:
            yield
            return
        with Live(get_renderable=self._table, console=self._console, refresh_per_second=10):
            yield

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count from here until the block ends or raises."""
        began = self._began[name] = time.monotonic()
        word = "stopped"
        try:
            yield
            word = "ready"
        except Exception:
            word = "failed"
            raise
        finally:
            seconds = time.monotonic() - began
            self._ended[name] = (word, seconds)
            if not self._console.is_terminal:
                self._console.print(f"  {name:<16} {word} {seconds:.1f} s", highlight=False)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        now = time.monotonic()
        for name, began in self._began.items():
            word, seconds = self._ended.get(name, ("starting", now - began))
            style = {"ready": "green", "starting": "cyan"}.get(word, "red")
            mark = self._spinner if word == "starting" else Text("•", style=style)
            table.add_row("", mark, name, Text(word, style=style), f"{seconds:.1f} s")
        return table
