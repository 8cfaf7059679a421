"""Joins the room before anything else is made: joining takes as long as everything else combined.

It also bounds what other participants may send to this process.
"""

from __future__ import annotations

import asyncio
from typing import Final

from livekit import rtc
from livekit.agents import JobContext

from ..livekit_internals.call import change_room_options

MAX_STREAM: Final = 16_384
"""Bytes of one data stream, unpacked: four times the longest text, and more than any RPC's payload.
livekit-rtc 1.1 takes 5 GB by default, collects an RPC's payload before it knows the method, and
unpacks streams of any topic, which may be a thousandth of that size on the wire."""


async def begin_to_join(ctx: JobContext) -> asyncio.Future[None]:
    """Send the request to join. The future that this returns is done when the room is joined.

    `ctx.connect` can still be called: it waits for this request, and tries once more if it failed,
    so an unawaited failure still surfaces. The console's room needs no joining.
    """
    if ctx.is_fake_job():
        joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        joined.set_result(None)
        return joined
    bound_streams(ctx.room)
    ctx.room.on("track_published", leave_video)
    joining = asyncio.create_task(ctx.connect(), name="join the room")
    joining.add_done_callback(lambda task: _joined(task, ctx.room))
    # What the call makes next blocks the loop for 20 ms; the request must not wait for that.
    await asyncio.sleep(0)
    return joining


def bound_streams(room: rtc.Room) -> None:
    """Bound the data streams of a room that is not joined yet. The reader of a longer one gets an
    error."""

    def bound(options: rtc.RoomOptions) -> None:
        options.data_stream = rtc.DataStreamOptions(max_payload_byte_length=MAX_STREAM)

    change_room_options(room, bound)


def _joined(joining: asyncio.Task[None], room: rtc.Room) -> None:
    if joining.cancelled() or joining.exception() is not None:
        return
    # There is no event for tracks that were there before.
    for participant in room.remote_participants.values():
        for publication in participant.track_publications.values():
            leave_video(publication)


def leave_video(publication: rtc.RemoteTrackPublication, _: object = None) -> None:
    """Receive no video, because nothing uses it. Subscribing only to audio from the start would
    cost each caller a round trip."""
    if publication.kind == rtc.TrackKind.KIND_VIDEO:
        publication.set_subscribed(False)
