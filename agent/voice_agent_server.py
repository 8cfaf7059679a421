"""Makes LiveKit's server with the limits of the settings, and logs and reports what it does not."""

from __future__ import annotations

import asyncio
import logging
import math
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Final

from aiohttp import web
from livekit.agents import JobProcess
from livekit.agents.worker import ServerEnvOption
from pydantic import SecretStr

from .config.settings import Settings
from .latency import scrape
from .latency.call_metrics import refusals
from .livekit_internals.server import HookedAgentServer, cpu_load
from .log_privacy import keep_words_out

logger = logging.getLogger(__name__)

FULL = 0.7
"""Load at which livekit-server sends a worker no more calls (its `agents.target_load`)."""

_END: Final = 10.0
"""Seconds that what accompanies the worker has to end."""
_IDLE = FULL / 2
"""The most load that a worker without calls reports. The limit protects calls in progress, and the
caller of a refused call waits in a silent room; the start of a worker alone keeps a small machine
busy for seconds."""


class VoiceAgentServer(HookedAgentServer):
    """Logs in one line why it cannot run and why it refuses a call."""

    failed = False
    """Whether the server ended because it could not run; LiveKit's command line does not say so."""
    busy_at = FULL
    """Share of the CPUs in use that is reported as full. Above 1, no call is refused."""
    log_words = False
    """Whether log records keep the words of callers and agent."""

    accompanied_by: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
    """What runs while it serves, besides its calls."""

    _page: scrape.Page | None = None
    _running: asyncio.Task[Any] | None = None

    async def run(self, *, devmode: bool = False, unregistered: bool = False) -> None:
        """Serve until the process is asked to stop, or LiveKit cannot be reached."""
        self._running = asyncio.current_task()
        if not self.log_words:
            keep_words_out()
        if devmode:
            # A developer's own machine is always busy.
            self.busy_at = math.inf
        if unregistered:
            # The console makes one call and no other.
            self.update_options(num_idle_processes=0)
        try:
            # LiveKit passes the directory of metrics on to job processes.
            with scrape.directory() as folder:
                self._page = scrape.Page(folder)
                async with self.accompanied_by():
                    await super().run(devmode=devmode, unregistered=unregistered)
        except (OSError, RuntimeError, ValueError) as error:
            self.failed = True
            logger.error("the worker cannot run", extra={"error": str(error)})  # noqa: TRY400

    async def aclose(self) -> None:
        """Close, and let what accompanies the worker end: LiveKit cancels all tasks after this."""
        await super().aclose()
        if self._running is not None and self._running is not asyncio.current_task():
            await asyncio.wait([self._running], timeout=_END)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve `/metrics` beside LiveKit's own pages."""
        router.add_get("/metrics", self._metrics)

    async def _metrics(self, _: web.Request) -> web.Response:
        """The metrics of all calls of this worker, for Prometheus."""
        assert self._page is not None
        text = await asyncio.to_thread(self._page.text)
        return web.Response(body=text, headers={"Content-Type": scrape.CONTENT_TYPE})

    def reported_load(self) -> float:
        """The load on the scale of LiveKit's server, whatever the worker's own threshold is.

        LiveKit calls this in a thread. LiveKit Cloud does not call it in workers that it hosts.
        """
        if self.busy_at > 1:
            return 0.0
        load = cpu_load(self) * FULL / self.busy_at
        return load if self.active_jobs else min(load, _IDLE)

    def on_refused(self, load: float) -> None:
        """Count and log the refusal."""
        refusals().inc()
        logger.warning(
            "a call is refused: the machine is too busy",
            extra={
                "cpu": round(load * self.busy_at / FULL, 2),
                "look_at": "WORKER_LOAD_THRESHOLD",
            },
        )


def build_server(
    settings: Settings, *, setup: Callable[[JobProcess], None], preload: Sequence[str]
) -> VoiceAgentServer:
    """Make a server with the limits of `settings`.

    Args:
        setup: Called in each new process, before its call.
        preload: Modules that are imported once and shared by all job processes.
    """
    idle, port = settings.worker_idle_processes, settings.metrics_port
    worker = VoiceAgentServer(
        ws_url=settings.livekit_url,
        api_key=_revealed(settings.livekit_api_key),
        api_secret=_revealed(settings.livekit_api_secret),
        host=settings.metrics_host,
        port=ServerEnvOption(dev_default=0, prod_default=8081) if port is None else port,
        load_threshold=FULL,
        job_memory_warn_mb=settings.worker_memory_warn_mb,
        job_memory_limit_mb=settings.worker_memory_limit_mb,
        drain_timeout=settings.worker_drain_timeout,
        log_level=settings.log_level,
        setup_fnc=setup,
        # LiveKit's default is 0 in `dev`, where each call would wait 3 s for its process.
        num_idle_processes=min(os.cpu_count() or 1, 4) if idle is None else idle,
        preload_modules=list(preload),
    )
    worker.load_fnc = worker.reported_load
    worker.busy_at = settings.worker_load_threshold
    # Made now, at 0: Prometheus does not see the first event of a counter that begins at 1.
    worker.on("worker_started", refusals)
    worker.log_words = settings.log_words
    return worker


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
