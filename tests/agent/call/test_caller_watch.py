"""A call ends in which nobody is left to talk to."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from livekit import rtc

from agent.call.caller_watch import CallerWatch
from tests.support import virtual_clock

CALLER = SimpleNamespace(kind=rtc.ParticipantKind.PARTICIPANT_KIND_SIP)
AGENT = SimpleNamespace(kind=rtc.ParticipantKind.PARTICIPANT_KIND_AGENT)


class Room(rtc.EventEmitter[str]):
    """Who is in it is the test's to say."""

    def __init__(self, *others: SimpleNamespace) -> None:
        super().__init__()
        self.remote_participants = dict(enumerate(others))


def watched(room: Any) -> list[float]:
    """When the watch of a room reports."""
    reported: list[float] = []
    clock = asyncio.get_running_loop().time
    CallerWatch(room, timeout=60, on_timeout=lambda: reported.append(round(clock()))).start()
    return reported


@virtual_clock.without_sockets
async def test_a_room_without_a_caller_ends_the_call_in_time() -> None:
    """Another agent is no caller."""
    reported = watched(Room(AGENT))
    await asyncio.sleep(200)
    assert reported == [60]


@virtual_clock.without_sockets
async def test_the_time_begins_when_the_last_caller_goes() -> None:
    """A caller who comes within it is not hung up on; each time without a caller is reported."""
    room: Any = Room()
    reported = watched(room)
    for _ in range(2):
        await asyncio.sleep(50)
        room.remote_participants[0] = CALLER
        room.emit("participant_connected", CALLER)
        await asyncio.sleep(100)
        assert not [at for at in reported if at < 250]
        del room.remote_participants[0]
        room.emit("participant_disconnected", CALLER)
    await asyncio.sleep(100)
    assert reported == [360]
