"""The worker: `server`, and what it does with a call."""

from __future__ import annotations

import os

from livekit.agents import AgentServer, JobContext

from prewarm import connections, process

from .assistant import Receptionist
from .config import Settings, load_settings
from .faults import ProviderFaults, quieten
from .providers import build_parts
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
    """Take one call: from here the room connects, the providers connect, and the agent greets."""
    quieten()
    parts = build_parts(settings)
    connections.warm(parts.all)
    session = build_session(settings, parts)
    session.on("error", ProviderFaults().on_error)
    # The caller left, the room is gone or a provider failed for good: the job ends as well.
    session.on("close", lambda event: ctx.shutdown(reason=event.reason.value))
    ctx.add_shutdown_callback(parts.aclose)
    await session.start(
        agent=Receptionist(language=settings.agent_language),
        room=ctx.room,
        room_options=build_room_options(),
    )
