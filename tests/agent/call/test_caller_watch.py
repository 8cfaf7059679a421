"""A call ends in which nobody is left to talk to."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from livekit import rtc

from agent.call.caller_watch import CallerWatch

CALLER = SimpleNamespace(kind=rtc.ParticipantKind.PARTICIPANT_KIND_SIP)
AGENT = SimpleNamespace(kind=rtc.ParticipantKind.PARTICIPANT_KIND_AGENT)


class Room(rtc.EventEmitter[str]):
    """Who is in it is the test's to say."""

    def __init__(self, *others: SimpleNamespace) -> None:
        super().__init__()
        self.remote_participants = dict(enumerate(others))


async def test_a_room_without_a_caller_ends_the_call_in_time() -> None:
    """Another agent is no caller."""
    alone = asyncio.Event()
    room: Any = Room(AGENT)
    watch = CallerWatch(room, timeout=0.01, alone=alone.set)
    async with asyncio.timeout(5):
        await alone.wait()
    watch.stop()


async def test_the_time_is_the_one_that_was_given() -> None:
    """A caller who comes within it is not hung up on, and one who goes begins it again."""
    loop = asyncio.get_running_loop()
    room: Any = Room()
    watch = CallerWatch(room, timeout=60, alone=lambda: None)
    assert watch._timer is not None
    assert 59 < watch._timer.when() - loop.time() <= 60
    room.remote_participants[0] = CALLER
    room.emit("participant_connected", CALLER)
    assert watch._timer is None
    del room.remote_participants[0]
    room.emit("participant_disconnected", CALLER)
    assert watch._timer is not None
    watch.stop()
