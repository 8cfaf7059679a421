"""A call is looked at every few seconds, and never waits for it. On a virtual clock."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from livekit import rtc

from agent.latency.call_metrics import Network
from agent.latency.live import sampler
from agent.latency.live.sampler import INTERVAL, Sampler
from tests.support import virtual_clock

MEMORY = sampler._memory


class Kept:
    """Keeps what is sampled, and when."""

    def __init__(self) -> None:
        self.networks: list[Network] = []
        self.resources_at: list[float] = []

    def count_network(self, now: Network) -> None:
        self.networks.append(now)

    def set_resources(self, *, sockets: int, memory: int) -> None:
        assert (sockets, memory) == (2, 100)
        self.resources_at.append(asyncio.get_running_loop().time())


@pytest.fixture(autouse=True)
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A virtual clock does not wait for one."""

    async def at_once(work: Any) -> Any:
        return work()

    monkeypatch.setattr(sampler.asyncio, "to_thread", at_once)
    monkeypatch.setattr(sampler, "_memory", lambda: 100)


def sampled(
    room: Any, *, seconds: float = 3 * INTERVAL + 1, sockets: Any = lambda: 2
) -> tuple[Kept, Sampler]:
    """What is sampled of a call of this length."""

    async def call() -> tuple[Kept, Sampler]:
        kept: Any = Kept()
        made = Sampler(kept, room=room, sockets=sockets)
        await asyncio.sleep(seconds)
        await made.aclose()
        return kept, made

    return virtual_clock.run(call())


def room(get: Any, *, connected: bool = True) -> Any:
    """A room whose statistics are what `get` returns."""
    return SimpleNamespace(isconnected=lambda: connected, get_rtc_stats=get)


async def empty() -> rtc.RtcStats:
    """Nothing counted yet."""
    return rtc.RtcStats(publisher_stats=[], subscriber_stats=[])


def test_a_call_is_sampled_until_it_ends() -> None:
    """At an even pace, not at once: the beginning is busy."""
    kept, made = sampled(room(empty))
    assert kept.resources_at == pytest.approx([INTERVAL, 2 * INTERVAL, 3 * INTERVAL])
    assert kept.networks == [Network()] * 3
    assert made._task.cancelled()


@pytest.mark.parametrize("where", [None, room(empty, connected=False)])
def test_without_a_room_there_is_no_network(where: Any) -> None:
    """In the console, before it is joined, and when it is gone."""
    kept, _ = sampled(where)
    assert len(kept.resources_at) == 3
    assert kept.networks == []


async def _gone() -> rtc.RtcStats:
    raise RuntimeError("the room isn't connected")


async def _hanging() -> rtc.RtcStats:
    await asyncio.sleep(1_000)
    raise AssertionError


@pytest.mark.parametrize("get", [_gone, _hanging])
def test_a_room_that_does_not_answer_costs_a_sample(get: Any) -> None:
    """It may be closing; the next one is tried."""
    kept, _ = sampled(room(get), seconds=50)
    assert len(kept.resources_at) >= 3
    assert kept.networks == []


def test_a_bug_costs_the_samples_and_not_the_call(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged once."""

    def broken() -> int:
        raise KeyError

    kept, _ = sampled(room(empty), sockets=broken)
    assert kept.networks == []
    assert [r.levelno for r in caplog.records] == [logging.ERROR]


def test_the_memory_of_this_process_is_found() -> None:
    """In bytes, with or without what the system reports of shared pages."""
    assert 10e6 < MEMORY() < 10e9
