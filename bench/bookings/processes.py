"""Starts the processes that book, and starts those again that were killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.report import Step

from . import caller
from .caller import Answer
from .requests import of_process, requests

_EVERY: Final = 0.02
"""Seconds between two looks at the processes."""


class _Process:
    """One share of the requests, and who works on it."""

    def __init__(self, url: str, log: Path, share: tuple[int, int, int], lives: list[int]) -> None:
        self.log = log
        self._command = [sys.executable, "-m", caller.__name__, url, str(log), *map(str, share)]
        self._lives = lives
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        life = self._lives.pop() if self._lives else caller.FOR_EVER
        self._running = subprocess.Popen([*self._command, str(life)])

    def is_done(self) -> bool:
        """Whether its share is done. If it was killed, it is started again.

        Raises:
            ValueError: It ended with an error, which is on its standard error.
        """
        code = self._running.poll() if self._running else 0
        if code == -signal.SIGKILL:
            self.start()
            return False
        if code:
            raise ValueError(f"a process that books ended with {code}")
        if code == 0 and self._lives:
            raise ValueError("a process had too little to do to be killed: ask for fewer kills")
        return code == 0

    def stop(self) -> None:
        if self._running:
            self._running.kill()
            self._running.wait()

    def answers(self) -> list[Answer]:
        return list(caller.answers(self.log))


def run(
    url: str, folder: Path, *, slots: int, processes: int, kills: int, step: Step
) -> list[Answer]:
    """Book so many slots for twice as many callers from so many processes at once, of which so many
    are killed with SIGKILL, at random moments of their work. Returns what the callers heard.

    Args:
        folder: An empty one, for the logs.

    Raises:
        ValueError: A process failed.
    """
    asked = requests(slots)
    lives = _lives(len(of_process(asked, 0, processes)), processes, kills)
    shares = [
        _Process(url, folder / f"{number}.log", (number, processes, slots), lives[number])
        for number in range(processes)
    ]
    heard = 0
    with ExitStack() as at_end:
        for share in shares:
            at_end.callback(share.stop)
            share.start()
        while sum(share.is_done() for share in shares) < processes:
            time.sleep(_EVERY)
            before, heard = heard, sum(_lines(share.log) for share in shares)
            step(heard - before, doing="booking")
    return [answer for share in shares for answer in share.answers()]


def _lives(requests_each: int, processes: int, kills: int) -> list[list[int]]:
    """For each process, how many callers it answers before each of its deaths."""
    deaths = [0] * processes
    for number in range(kills):
        deaths[number % processes] += 1
    random.shuffle(deaths)
    return [
        [random.randrange(max(requests_each // (count + 1), 1)) for _ in range(count)]
        for count in deaths
    ]


def _lines(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0
