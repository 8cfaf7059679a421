"""How a call begins, as Marks of its greeting."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from livekit import rtc
from livekit.rtc.event_emitter import EventEmitter

from agent.latency.live.call_setup import CallSetup
from agent.latency.marks import Mark


def job(*, accepted_at: float) -> Any:
    """What `CallSetup` takes of a job."""
    return SimpleNamespace(_info=SimpleNamespace(accepted_at=accepted_at), room=EventEmitter())


async def test_a_call_begins_when_its_job_is_accepted(wall: float) -> None:
    """On the loop's clock, whatever the wall's says."""
    marks = CallSetup(job(accepted_at=wall - 0.5)).marks
    assert marks[Mark.ENTERED] - marks[Mark.ACCEPTED] == pytest.approx(0.5)


async def test_the_console_accepts_no_job() -> None:
    """The greeting then counts from our code."""
    assert set(CallSetup(job(accepted_at=0.0)).marks) == {Mark.ENTERED}


async def test_only_the_first_time_counts() -> None:
    """A connection that breaks and is restored does not begin the call again."""
    ctx = job(accepted_at=0.0)
    setup = CallSetup(ctx)
    ctx.room.emit("connection_state_changed", rtc.ConnectionState.CONN_RECONNECTING)
    assert Mark.CONNECTED not in setup.marks
    ctx.room.emit("connection_state_changed", rtc.ConnectionState.CONN_CONNECTED)
    ctx.room.emit("local_track_subscribed", object())
    first = dict(setup.marks)
    await asyncio.sleep(0.001)
    ctx.room.emit("connection_state_changed", rtc.ConnectionState.CONN_CONNECTED)
    ctx.room.emit("local_track_subscribed", object())
    assert setup.marks == first
    assert set(first) == {Mark.ENTERED, Mark.CONNECTED, Mark.SUBSCRIBED}
