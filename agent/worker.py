"""The worker: `server`, and what it does with a call."""

from __future__ import annotations

import logging
import math
import os
from functools import partial

from livekit import rtc
from livekit.agents import AgentServer, JobContext, JobProcess
from livekit.agents.worker import ServerEnvOption
from livekit.plugins import sarvam_pooled
from pydantic import SecretStr

from prewarm import connections, process

from .assistant import Receptionist
from .config import ConfigError, load_settings
from .faults import ProviderFaults, quieten
from .presence import CallerWatch
from .providers import build_parts, build_voice, load_vad
from .session import build_room_options, build_session
from .settings import Settings

logger = logging.getLogger(__name__)

FULL = 0.7
"""Load at which livekit-server 1.13 stops giving calls to a worker."""


class Worker(AgentServer):
    """LiveKit's server, which says in one line why it cannot run and why it refuses a call."""

    failed = False
    """Whether it ended because it could not run; LiveKit's command line hides it."""
    busy_at = FULL
    """Share of the CPUs in use that is reported as full; above 1, calls are never refused."""

    async def run(self, *, devmode: bool = False, unregistered: bool = False) -> None:
        """Serve until told to stop, or until LiveKit cannot be reached."""
        if devmode:
            # A developer's own machine is always busy.
            self.busy_at = math.inf
        try:
            await super().run(devmode=devmode, unregistered=unregistered)
        except (OSError, RuntimeError, ValueError) as error:
            self.failed = True
            logger.error("the worker cannot run", extra={"error": str(error)})  # noqa: TRY400

    async def _invoke_load_fnc(self) -> float:
        """The load on the server's scale: whatever a worker's own threshold, LiveKit's server gives
        none a call that reports `FULL` or more (its `agents.target_load`).
        """
        load = await super()._invoke_load_fnc()
        return load * FULL / self.busy_at if self.busy_at <= 1 else 0.0

    def _is_available(self) -> bool:
        """LiveKit asks when a call is offered, and refuses it without a word."""
        available = super()._is_available()
        if not available and not self.draining:
            logger.warning(
                "a call is refused: the machine is too busy",
                extra={
                    "cpu": round(self._worker_load * self.busy_at / FULL, 2),
                    "look_at": "WORKER_LOAD_THRESHOLD",
                },
            )
        return available


def build_server(settings: Settings) -> Worker:
    """A server with the limits of `settings`.

    Raises:
        ConfigError: Settings that a provider would refuse.
    """
    _check_voice(settings)
    idle, port = settings.worker_idle_processes, settings.metrics_port
    worker = Worker(
        ws_url=settings.livekit_url,
        api_key=_plain(settings.livekit_api_key),
        api_secret=_plain(settings.livekit_api_secret),
        port=ServerEnvOption(dev_default=0, prod_default=8081) if port is None else port,
        load_threshold=FULL,
        job_memory_warn_mb=settings.worker_memory_warn_mb,
        job_memory_limit_mb=settings.worker_memory_limit_mb,
        drain_timeout=settings.worker_drain_timeout,
        log_level=settings.log_level,
        setup_fnc=warm_process,
        # LiveKit would keep none in `dev`, where each call would then wait 3 s for its process.
        num_idle_processes=min(os.cpu_count() or 1, 4) if idle is None else idle,
        # Imported once and shared by all job processes, settings included.
        preload_modules=[*process.MODULES, __name__],
    )
    worker.busy_at = settings.worker_load_threshold
    return worker


def warm_process(job_process: JobProcess) -> None:
    """LiveKit calls this in each new process, before it has a call."""
    if settings.prewarm:
        process.setup(job_process, partial(build_parts, settings))


def _check_voice(settings: Settings) -> None:
    """The plugin knows what Sarvam refuses; a call is too late to hear of it."""
    try:
        build_voice(settings)
    except sarvam_pooled.OptionError as error:
        raise ConfigError((f"the voice's settings: {error}",)) from None


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


quieten()
settings = load_settings(needs_room=False)
if settings.vad == "plugin":
    # Plugins have to be registered in the main thread.
    load_vad(settings)
server = build_server(settings)


@server.rtc_session(agent_name=settings.agent_name)
async def answer(ctx: JobContext) -> None:
    """Take one call: from here the room connects, the providers connect, and the agent greets."""
    parts = process.take(ctx.proc, partial(build_parts, settings))
    ctx.add_shutdown_callback(parts.aclose)
    ProviderFaults().listen(parts.all)
    if settings.prewarm:
        connections.warm(parts.all)
    session = build_session(settings, parts)
    # The caller left, the room is gone or a provider failed for good: the job ends as well.
    session.on("close", lambda event: ctx.shutdown(reason=event.reason.value))
    try:
        await session.start(
            agent=Receptionist(settings.language),
            room=ctx.room,
            room_options=build_room_options(settings),
        )
    except rtc.ConnectError as error:
        logger.warning("the room cannot be joined", extra={"error": error.message})
        ctx.shutdown(reason="the room cannot be joined")
        return
    if not ctx.is_fake_job():
        alone = partial(ctx.shutdown, reason="no caller in the room")
        CallerWatch(ctx.room, patience=settings.caller_timeout, alone=alone)
