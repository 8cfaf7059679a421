"""The room is joined while everything else is made."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from livekit import rtc

from agent.call.joining import MAX_STREAM, begin_to_join, bound_streams, leave_video


class Context:
    """A job whose room is joined when it is let."""

    def __init__(self, *, fake: bool = False, fails: bool = False) -> None:
        self.steps: list[str] = []
        self.let = asyncio.Event()
        self._fake, self._fails = fake, fails
        self.room = rtc.Room()

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


async def test_a_room_that_cannot_be_joined_is_an_error_for_who_waits() -> None:
    """And where nobody does, asyncio does not complain."""
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


class Room(rtc.Room):
    """One whose connection goes nowhere; what was asked of it is kept."""

    async def connect(self, url: str, token: str, options: Any = None) -> None:
        self.asked = (url, token, options)


async def test_a_data_stream_has_a_longest_length_and_other_options_stay() -> None:
    """It is LiveKit's library that ends a longer one, before its bytes are gathered."""
    room = Room()
    bound_streams(room)
    await room.connect("ws://h", "t", options=rtc.RoomOptions(auto_subscribe=False))
    url, token, options = room.asked
    assert (url, token, options.auto_subscribe) == ("ws://h", "t", False)
    assert options.data_stream.max_payload_byte_length == MAX_STREAM


async def test_pictures_that_were_there_before_are_left_as_well() -> None:
    """A caller's camera is on before the agent joins."""
    asked: list[bool] = []
    camera = SimpleNamespace(kind=rtc.TrackKind.KIND_VIDEO, set_subscribed=asked.append)
    ctx: Any = Context()
    caller = SimpleNamespace(track_publications={"camera": camera})
    ctx.room = SimpleNamespace(
        connect=None, on=lambda *_: None, remote_participants={"caller": caller}
    )
    ctx.let.set()
    await (await begin_to_join(ctx))
    await asyncio.sleep(0)
    assert asked == [False]


@pytest.mark.parametrize(
    ("kind", "left"), [(rtc.TrackKind.KIND_VIDEO, [False]), (rtc.TrackKind.KIND_AUDIO, [])]
)
def test_pictures_are_not_sent_to_who_does_not_look(kind: Any, left: list[bool]) -> None:
    """Anybody in the room may publish a camera."""
    asked: list[bool] = []
    publication: Any = SimpleNamespace(kind=kind, set_subscribed=asked.append)
    leave_video(publication)
    assert asked == left
