"""The worker: `server`, and what it does with a call."""

from __future__ import annotations

import os

from livekit.agents import AgentServer, JobContext

from prewarm import process

from .assistant import Receptionist
from .config import Settings, load_settings
from .session import build_room_options, build_session


def build_server(settings: Settings) -> AgentServer:
    """A server with the limits of `settings`."""
    idle = settings.worker_idle_processes
    return AgentServer(
        ws_url=settings.livekit_url,
        api_key=settings.livekit_api_key,
        api_secret=settings.livekit_api_secret.get_secret_value(),
        port=settings.metrics_port,
        load_threshold=settings.worker_load_threshold,
        job_memory_warn_mb=settings.worker_memory_warn_mb,
        job_memory_limit_mb=settings.worker_memory_limit_mb,
        drain_timeout=settings.worker_drain_timeout,
        log_level=settings.log_level,
        setup_fnc=process.setup,
        # One for each CPU is LiveKit's own default, for servers; `dev` would keep none.
        num_idle_processes=os.cpu_count() or 1 if idle is None else idle,
    )


settings = load_settings(needs_room=False)
server = build_server(settings)


@server.rtc_session(agent_name=settings.agent_name)
async def answer(ctx: JobContext) -> None:
    """Take one call."""
    session = build_session(settings)

    async def close() -> None:
        # The session and the adapter close none of these.
        for part in (session.tts, session.stt, session.llm):
            if part is not None and hasattr(part, "aclose"):
                await part.aclose()

    ctx.add_shutdown_callback(close)
    session.on("close", lambda _: ctx.shutdown(reason="the session is over"))
    await session.start(
        agent=Receptionist(language=settings.agent_language),
        room=ctx.room,
        room_options=build_room_options(),
    )
