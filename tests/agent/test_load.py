"""When the worker takes a call and when it refuses one."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.agents import AgentServer
from prometheus_client import CollectorRegistry

from agent import voice_agent_server
from agent.latency.call_metrics import refusals
from agent.voice_agent_server import FULL, VoiceAgentServer


def worker(
    monkeypatch: pytest.MonkeyPatch, *, cpu: float, calls: int, busy_at: float
) -> VoiceAgentServer:
    """A worker on a machine with this share of its CPUs in use."""
    made = VoiceAgentServer(load_threshold=FULL)
    made.load_fnc = made.reported_load
    monkeypatch.setattr(voice_agent_server, "cpu_load", lambda _: cpu)
    # `run` sets these.
    made._draining = False
    made._devmode = False
    made._simulation = False
    made._reserved_slots = 0
    made.busy_at = busy_at
    jobs: list[Any] = [object()] * calls
    monkeypatch.setattr(VoiceAgentServer, "active_jobs", property(lambda _: jobs))
    return made


@pytest.mark.parametrize(
    ("cpu", "calls", "busy_at", "taken"),
    [
        (0.5, 3, 0.7, True),
        (0.8, 3, 0.7, False),
        (0.8, 3, 0.9, True),
        (1.0, 3, 2.0, True),
        (1.0, 0, 0.7, True),
        (1.0, 0, 0.3, True),
    ],
)
async def test_a_busy_machine_refuses_further_calls(
    monkeypatch: pytest.MonkeyPatch, cpu: float, calls: int, busy_at: float, taken: bool
) -> None:
    """Above the threshold, unless there is no call that the next one could disturb."""
    here = worker(monkeypatch, cpu=cpu, calls=calls, busy_at=busy_at)
    await here._refresh_worker_load()
    assert here._is_available() is taken
    assert (here._worker_load < FULL) is taken


async def test_livekits_server_learns_at_once_that_a_call_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It goes by the last report, and the next caller may be there already."""
    here = worker(monkeypatch, cpu=1.0, calls=0, busy_at=0.7)
    here._worker_load = 1.0
    reported: list[float] = []

    async def nothing(*_: Any) -> None:
        return None

    async def report(self: VoiceAgentServer) -> None:
        reported.append(self._worker_load)

    monkeypatch.setattr(AgentServer, "_update_job_status", nothing)
    monkeypatch.setattr(VoiceAgentServer, "_update_worker_status", report)
    ended: Any = None
    await here._update_job_status(ended)
    assert reported == [FULL / 2]


async def test_a_refusal_is_logged_and_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With the use of the CPUs as the setting counts it, but not while draining."""
    counter = refusals(CollectorRegistry())
    monkeypatch.setattr(voice_agent_server, "refusals", lambda: counter)
    here = worker(monkeypatch, cpu=0.96, calls=1, busy_at=0.9)
    await here._refresh_worker_load()
    assert not here._is_available()
    here._draining = True
    assert not here._is_available()
    assert counter._value.get() == 1
    [record] = caplog.records
    assert "the machine is too busy" in record.message
    assert record.__dict__["cpu"] == 0.96
    assert record.__dict__["look_at"] == "WORKER_LOAD_THRESHOLD"
