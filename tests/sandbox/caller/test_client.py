"""The caller in a real room, with an agent whose delays are known."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sandbox.caller import call, client
from sandbox.caller.client import CallError, caller_token, dial
from sandbox.caller.microphone import SAMPLE_RATE
from sandbox.caller.script import Line, Script
from sandbox.stack.livekit_server import LiveKit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.real_time]

# The agent answers within 2 s; the room of a busy machine takes its time.
SCRIPT = Script(title="t", answer_within=20, lines=(Line(text="one"), Line(text="two")))


STALL = 2.0
"""Seconds by which anything may be late on a machine that stalls."""


def tone(seconds: float) -> Any:
    phase = 2 * np.pi * 250 * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (8000 * np.cos(phase)).astype(np.int16)


def token(server: Any, room: str) -> str:
    return caller_token(server.api_key, server.api_secret, room=room, identity="caller")


async def test_a_call_is_timed_from_its_sound(
    livekit: LiveKit, tone_agent: Callable[..., Any]
) -> None:
    """The delay measured is the agent's own and the sound's way to the agent and back."""
    async with (
        tone_agent(livekit, "timed", delay=1.2) as agent,
        dial(livekit.url, token(livekit, "timed"), identity="caller") as client,
    ):
        result = await call.hold(client, SCRIPT, [tone(0.4), tone(0.6)])
        dialled = client.dialled
    assert result.given_up == ""
    assert [turn.heard for turn in result.turns] == ["words 1", "words 2"]
    assert [turn.words for turn in result.turns] == ["Answer 1", "Answer 2"]
    assert result.greeting.words == "Welcome"
    for turn, length, heard, answered in zip(
        result.turns, (0.4, 0.6), agent.heard, agent.answered[1:], strict=True
    ):
        assert length - 0.015 <= turn.caller.duration < length + STALL
        # A jitter buffer that runs empty stretches the sound, and one that is full shortens it.
        assert 0.25 <= turn.seconds < 0.5 + STALL
        last_sound = dialled + turn.caller.end
        first_sound = last_sound + turn.delay
        # Opus and the jitter buffer take 45 to 80 ms each way when the machine is idle.
        assert 0.02 < heard - last_sound < STALL
        assert 0.02 < first_sound - answered < STALL
        assert agent.delay <= answered - heard < agent.delay + STALL


async def test_an_agent_that_does_not_answer(
    livekit: LiveKit, tone_agent: Callable[..., Any]
) -> None:
    """The call is given up at the first line without an answer, and still has its turns."""
    async with (
        tone_agent(livekit, "mute", delay=0.2, mute=True),
        dial(livekit.url, token(livekit, "mute"), identity="caller") as client,
    ):
        impatient = SCRIPT.model_copy(update={"answer_within": 0.5})
        result = await call.hold(client, impatient, [tone(0.3), tone(0.3)])
    assert "did not answer line 1" in result.given_up
    (turn,) = result.turns
    assert turn.delay is None
    # The call may end in the middle of a text that is never spoken.
    assert "Answer 1".startswith(turn.words)


async def test_a_call_ends_when_its_agent_leaves(
    livekit: LiveKit, tone_agent: Callable[..., Any]
) -> None:
    """A call whose agent hangs up in the middle ends, and says so."""
    async with dial(livekit.url, token(livekit, "leaves"), identity="caller") as client:
        async with tone_agent(livekit, "leaves", delay=0.2):
            assert await client.until(
                lambda _: client.turn_taking.onset_since(0) is not None, timeout=30
            )
        result = await call.hold(client, SCRIPT, [tone(0.3), tone(0.3)])
    assert result.given_up == "the agent left the call"


async def test_hanging_up_leaves_nothing_behind(livekit: LiveKit) -> None:
    """After a call the caller has no tasks left, however it ended."""
    before = asyncio.all_tasks()
    async with dial(livekit.url, token(livekit, "alone"), identity="caller") as client:
        speaking = asyncio.create_task(client.say(tone(5)))
        await client.until(lambda _: False, timeout=0.1)
    with pytest.raises(CallError, match="hung up"):
        await speaking
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    ("url", "secret", "message"),
    [("", "x" * 40, "refused the call"), ("ws://127.0.0.1:9", "", "Cannot reach")],
)
async def test_a_room_that_cannot_be_joined(
    livekit: LiveKit, url: str, secret: str, message: str
) -> None:
    """A wrong secret or an address without a server is one line that says what to check."""
    url = url or livekit.url
    badge = caller_token(livekit.api_key, secret or livekit.api_secret, room="r", identity="caller")
    with pytest.raises(CallError, match=message) as caught:
        async with dial(url, badge, identity="caller"):
            pass
    assert url in str(caught.value)
    assert "\n" not in str(caught.value)
    assert badge not in str(caught.value)


async def test_a_server_that_does_not_connect_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller gives up, with what to check, long before the SDK would."""
    monkeypatch.setattr(client, "CONNECT_TIMEOUT", 0.3)
    before = asyncio.all_tasks()
    # Connections are made in its backlog, and nobody takes them from there.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = "ws://{}:{}".format(*silent.getsockname())
        with pytest.raises(CallError, match="did not connect the call") as caught:
            async with dial(url, "a-token", identity="caller"):
                pass
    assert url in str(caught.value)
    assert asyncio.all_tasks() == before
