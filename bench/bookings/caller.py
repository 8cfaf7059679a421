"""One of many processes that book. A program: it is started, killed, and started again.

It kills itself, with SIGKILL from a thread, somewhere in the work on the next few requests: that is
the same as kill -9 from outside, and happens as often as was asked for. What it has confirmed is on
the disk before it goes on, as a caller would have heard it. Started again, it repeats all that it
has not logged: perhaps that was booked just before the kill.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from assistants.clinic.desk import Desk, DeskUnavailable, SlotTaken

from .requests import NOW, Request, of_process, requests

FOR_EVER = -1
"""Answers before the end, of a process that is not killed."""

DEATH = 0.03
"""Seconds, at most, that the last moments take: two or three requests."""

TRIES = 10
"""A database that is busy for so many times `Desk`'s limit has lost the request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller heard."""

    number: int
    """Of the request."""
    reference: str | None
    """None: the slot is taken."""
    seconds: float
    """Until then, with all tries."""
    tries: int


def answers(log: Path) -> Iterator[Answer]:
    """What a process has confirmed. A line that a kill cut off was not."""
    if log.exists():
        for line in log.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                yield Answer(**json.loads(line))


async def book(url: str, log: Path, asked: list[Request], life: int = FOR_EVER) -> None:
    """Ask for all that is not answered yet, each in a call of its own.

    Args:
        life: Die soon after so many answers.

    Raises:
        DeskUnavailable: The database was not available `TRIES` times.
    """
    answered = {answer.number for answer in answers(log)}
    left = [request for request in asked if request.number not in answered]
    death = threading.Thread(target=_die)
    with log.open("ab", buffering=0) as file:
        _end_the_last_line(file.fileno(), log)
        for number, request in enumerate(left):
            if number == min(life, len(left) - 1):
                death.start()
            answer = await _ask(url, request)
            file.write(json.dumps(asdict(answer)).encode() + b"\n")
            os.fsync(file.fileno())
    if death.is_alive():
        death.join()


async def _ask(url: str, request: Request) -> Answer:
    desk = Desk(url, lambda: NOW)
    start = f"{request.start:%Y-%m-%dT%H:%M}"
    began = time.perf_counter()
    reference = None
    tries = 1
    try:
        while True:
            try:
                booked = await desk.book(
                    request.doctor, start, "Asha Patil", request.phone, key=str(request.number)
                )
                reference = booked.reference
                break
            except SlotTaken:
                break
            except DeskUnavailable:
                if tries == TRIES:
                    raise
                tries += 1
    finally:
        await desk.aclose()
    return Answer(request.number, reference, time.perf_counter() - began, tries)


def _die() -> None:
    time.sleep(random.uniform(0, DEATH))
    os.kill(os.getpid(), signal.SIGKILL)


def _end_the_last_line(file: int, log: Path) -> None:
    """So that the next one is read as a line, after one that a kill cut off."""
    text = log.read_bytes()
    if text and not text.endswith(b"\n"):
        os.ftruncate(file, text.rfind(b"\n") + 1)


if __name__ == "__main__":
    _url, _log, _process, _processes, _slots, _life = sys.argv[1:]
    _asked = of_process(requests(int(_slots)), int(_process), int(_processes))
    # How often the database was not available is in the answers.
    logging.disable(logging.ERROR)
    asyncio.run(book(_url, Path(_log), _asked, int(_life)))
