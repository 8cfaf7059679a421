"""LiveKit's server with the limits of the settings, which says what LiveKit keeps to itself."""

from __future__ import annotations

import asyncio
import logging
import math
import os
from collections.abc import Callable, Sequence
from functools import cache

from aiohttp import web
from livekit.agents import AgentServer, JobProcess
from livekit.agents.ipc.job_executor import JobExecutor
from livekit.agents.utils.http_server import HttpServer
from livekit.agents.worker import ServerEnvOption
from prometheus_client import Counter
from pydantic import SecretStr

from .config.settings import Settings
from .latency import scrape
from .latency.vitals import refusals
from .log_privacy import keep_words_out

logger = logging.getLogger(__name__)

FULL = 0.7
"""Load at which livekit-server gives no more calls to a worker (its `agents.target_load`)."""

_IDLE = FULL / 2
"""The most that a worker without calls reports: the limit protects calls in progress, and a call
that is refused waits in a silent room. Its own start alone fills a small machine for seconds."""


@cache
def refused() -> Counter:
    """The worker's own counter, made once it runs: job processes import this module too, and what
    they have stands on the page in place of the worker's."""
    return refusals()


class VoiceAgentServer(AgentServer):
    """Says in one line why it cannot run and why it refuses a call."""

    failed = False
    """Whether it ended because it could not run; LiveKit's command line does not tell."""
    busy_at = FULL
    """Share of the CPUs in use that is reported as full; above 1, no call is refused."""
    log_words = False
    """Whether log records keep what callers and agent say."""

    _page: scrape.Page | None = None

    async def run(self, *, devmode: bool = False, unregistered: bool = False) -> None:
        """Serve until told to stop, or until LiveKit cannot be reached."""
        if not self.log_words:
            keep_words_out()
        if devmode:
            # A developer's own machine is always busy.
            self.busy_at = math.inf
        if unregistered:
            # The console makes one call and no other.
            self._num_idle_processes = 0
        try:
            # LiveKit hands the folder of metrics on to the processes of calls.
            with scrape.directory() as folder:
                self._page = scrape.Page(folder)
                await super().run(devmode=devmode, unregistered=unregistered)
        except (OSError, RuntimeError, ValueError) as error:
            self.failed = True
            logger.error("the worker cannot run", extra={"error": str(error)})  # noqa: TRY400

    # LiveKit makes it in the midst of `run`, and starts it there.
    @property
    def _http_server(self) -> HttpServer | None:
        return self._http

    @_http_server.setter
    def _http_server(self, server: HttpServer | None) -> None:
        self._http = server
        if server is not None:
            server.app.router.add_get("/metrics", self._metrics)

    async def _metrics(self, _: web.Request) -> web.Response:
        """What Prometheus asks for, of all calls of this worker."""
        assert self._page is not None
        text = await asyncio.to_thread(self._page.text)
        return web.Response(body=text, headers={"Content-Type": scrape.CONTENT_TYPE})

    async def _invoke_load_fnc(self) -> float:
        """The load on the scale of LiveKit's server, whatever the worker's own threshold is."""
        if self.busy_at > 1:
            return 0.0
        load = await super()._invoke_load_fnc() * FULL / self.busy_at
        return load if self.active_jobs else min(load, _IDLE)

    async def _update_job_status(self, proc: JobExecutor) -> None:
        """A call begins or ends; LiveKit's server would learn up to 2.5 s later what that changes,
        and send no call to a worker that was full and has none any more."""
        await super()._update_job_status(proc)
        await self._refresh_worker_load()
        await self._update_worker_status()

    def _is_available(self) -> bool:
        """Asked when a call is offered; LiveKit refuses it without a word."""
        available = super()._is_available()
        if not available and not self.draining:
            refused().inc()
            logger.warning(
                "a call is refused: the machine is too busy",
                extra={
                    "cpu": round(self._worker_load * self.busy_at / FULL, 2),
                    "look_at": "WORKER_LOAD_THRESHOLD",
                },
            )
        return available


def build_server(
    settings: Settings, *, setup: Callable[[JobProcess], None], preload: Sequence[str]
) -> VoiceAgentServer:
    """A server with the limits of `settings`.

    Args:
        setup: Called in each new process, before it has a call.
        preload: Modules imported once and shared by all job processes.
    """
    idle, port = settings.worker_idle_processes, settings.metrics_port
    worker = VoiceAgentServer(
        ws_url=settings.livekit_url,
        api_key=_plain(settings.livekit_api_key),
        api_secret=_plain(settings.livekit_api_secret),
        host=settings.metrics_host,
        port=ServerEnvOption(dev_default=0, prod_default=8081) if port is None else port,
        load_threshold=FULL,
        job_memory_warn_mb=settings.worker_memory_warn_mb,
        job_memory_limit_mb=settings.worker_memory_limit_mb,
        drain_timeout=settings.worker_drain_timeout,
        log_level=settings.log_level,
        setup_fnc=setup,
        # LiveKit would keep none in `dev`, where each call would then wait 3 s for its process.
        num_idle_processes=min(os.cpu_count() or 1, 4) if idle is None else idle,
        preload_modules=list(preload),
    )
    worker.busy_at = settings.worker_load_threshold
    # From 0, so that the first one is seen.
    worker.on("worker_started", lambda: refused())
    worker.log_words = settings.log_words
    return worker


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
