"""The room is joined while everything else is made."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agent.call.joining import begin_to_join


class Context:
    """A job whose room is joined when it is let."""

    def __init__(self, *, fake: bool = False, fails: bool = False) -> None:
        self.steps: list[str] = []
        self.let = asyncio.Event()
        self._fake, self._fails = fake, fails

    def is_fake_job(self) -> bool:
        return self._fake

    async def connect(self) -> None:
        self.steps.append("asked")
        await self.let.wait()
        if self._fails:
            raise ConnectionError
        self.steps.append("joined")


async def test_the_request_goes_out_before_anything_else_is_made() -> None:
    """It does not wait for the next time that the loop is free."""
    ctx: Any = Context()
    joining = await begin_to_join(ctx)
    ctx.steps.append("made the rest")
    ctx.let.set()
    await joining
    assert ctx.steps == ["asked", "made the rest", "joined"]


async def test_a_room_that_cannot_be_joined_is_told_to_who_waits() -> None:
    """And where nobody does, asyncio has nothing to complain of."""
    ctx: Any = Context(fails=True)
    ctx.let.set()
    with pytest.raises(ConnectionError):
        await (await begin_to_join(ctx))
    unheard = await begin_to_join(ctx)
    await asyncio.wait([unheard])
    assert not unheard._log_traceback  # type: ignore[attr-defined]


async def test_a_console_has_no_room_to_join() -> None:
    """It is never asked for."""
    ctx: Any = Context(fake=True)
    await (await begin_to_join(ctx))
    assert ctx.steps == []
