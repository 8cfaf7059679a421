"""One line for each step, with its time; the commands' output goes to a log file."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .hints import DISK_FULL, explain
from .place import BootstrapError

# Lines of a failed command's output that are shown. Where the cause is known, the hint is enough.
TAIL_LINES = 15
# With fewer bytes free, a command cannot write why it failed.
FULL = 64 * 1024
# Seconds that a command has to end after SIGTERM.
GRACE = 5.0


class Progress:
    """Prints steps and runs their commands. On a terminal the line counts the seconds."""

    def __init__(self, logs: Path, *, out: IO[str] | None = None) -> None:
        self._logs = logs
        self._out = out or sys.stdout
        self._live = self._out.isatty()
        self._title = ""
        self._began = 0.0
        # Children hold the bootstrap's lock as long as they live, see `cli.locked`.
        self.inherited: tuple[int, ...] = ()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show `title` now, and `ok` with the time (or `failed`) when the block ends."""
        self._title, self._began = title, time.monotonic()
        self._write(f"  {title} ")
        try:
            yield
        except BaseException as error:
            word = "stopped" if isinstance(error, KeyboardInterrupt) else "failed"
            self._write(f"{self._rewind()}{word} {self._elapsed():.1f} s\n")
            raise
        self._write(f"{self._rewind()}ok {self._elapsed():.1f} s\n")

    def note(self, text: str) -> None:
        """One line between the steps."""
        self._write(f"  {text}\n")

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        log: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run a command quietly; `BootstrapError` with a reason if it fails."""
        self._logs.mkdir(parents=True, exist_ok=True)
        path = self._logs / f"{log}.log"
        with path.open("w", encoding="utf-8", errors="replace") as file:
            code = self._wait([str(part) for part in argv], file, cwd=cwd, env=env)
        if code:
            raise BootstrapError(_reason(argv, code, path))

    def _wait(
        self,
        argv: list[str],
        file: IO[str],
        *,
        cwd: Path | None,
        env: Mapping[str, str] | None,
    ) -> int:
        try:
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                pass_fds=self.inherited,
            )
        except FileNotFoundError:
            raise BootstrapError(f"`{argv[0]}` is not installed") from None
        try:
            while True:
                try:
                    return process.wait(timeout=1.0)
                except subprocess.TimeoutExpired:
                    if self._live:
                        self._write(f"{self._rewind()}{self._elapsed():.0f} s ")
        except KeyboardInterrupt:
            # The terminal sent SIGINT to the command too; it gets a moment to clean up.
            _end(process)
            raise

    def _elapsed(self) -> float:
        return time.monotonic() - self._began

    def _rewind(self) -> str:
        return f"\r\x1b[K  {self._title} " if self._live else ""

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _reason(argv: Sequence[str | Path], code: int, log: Path) -> str:
    output = log.read_text(encoding="utf-8", errors="replace")
    full = shutil.disk_usage(log).free < FULL
    if hint := DISK_FULL if full else explain(output):
        return f"{hint}\n(details: {log})"
    tail = "\n".join(f"    {line}" for line in output.splitlines()[-TAIL_LINES:])
    return f"`{Path(argv[0]).name}` ended with {code}; the end of {log}:\n{tail}"
