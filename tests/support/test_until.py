"""Waiting for a condition."""

from __future__ import annotations

import asyncio

import pytest

from . import virtual_clock
from .until import until


def test_it_returns_once_the_condition_holds() -> None:
    """Whatever is true counts, and one that holds already takes no time."""

    async def work() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        await until(lambda: "already")
        at_once = loop.time()
        happened: list[str] = []
        loop.call_later(2, happened.append, "it")
        await until(lambda: happened)
        return at_once, loop.time()

    at_once, later = virtual_clock.run(work())
    assert at_once == 0
    assert 2 <= later < 2.01


def test_it_gives_up() -> None:
    """After the time that it is given."""

    async def work() -> float:
        with pytest.raises(TimeoutError):
            await until(lambda: False, within=3)
        return asyncio.get_running_loop().time()

    assert virtual_clock.run(work()) == pytest.approx(3, abs=0.01)
