"""Joins the room before all else: that takes as long as everything else that begins a call."""

from __future__ import annotations

import asyncio

from livekit.agents import JobContext


async def begin_to_join(ctx: JobContext) -> asyncio.Future[None]:
    """Send the request to join; whoever needs the room joined awaits what this returns.

    `ctx.connect` can still be called: it waits for this one, and tries once more if it failed. So
    a failure that nobody awaits here is not lost. The console's room needs no joining.
    """
    if ctx.is_fake_job():
        joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        joined.set_result(None)
        return joined
    joining = asyncio.create_task(ctx.connect(), name="join the room")
    joining.add_done_callback(lambda task: task.cancelled() or task.exception())
    # What follows in the caller holds the loop for 20 ms; the request is not to wait for that.
    await asyncio.sleep(0)
    return joining
