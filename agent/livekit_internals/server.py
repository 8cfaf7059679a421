"""Hooks in LiveKit's server."""

from __future__ import annotations

from aiohttp import web
from livekit.agents import AgentServer, WorkerOptions
from livekit.agents.ipc.job_executor import JobExecutor
from livekit.agents.utils.http_server import HttpServer


class HookedAgentServer(AgentServer):
    """LiveKit's server, and hooks for a subclass to override."""

    _hooked_http_server: HttpServer | None = None

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Called with the routes of LiveKit's HTTP server, before the server starts."""

    def on_refused(self, load: float) -> None:
        """Called when a call is refused because `load` is over the threshold."""

    # `_http_server`: `run` creates the server and starts it, and its routes cannot be changed after
    # that. `prometheus_port` opens a second port, and its page adds up the files of all ended
    # processes at each scrape and deletes none (see `latency/scrape.py`).
    @property
    def _http_server(self) -> HttpServer | None:
        return self._hooked_http_server

    @_http_server.setter
    def _http_server(self, server: HttpServer | None) -> None:
        self._hooked_http_server = server
        if server is not None:
            self.add_routes(server.app.router)

    async def _update_job_status(self, proc: JobExecutor) -> None:
        """A call begins or ends. Report the new load at once: LiveKit does so every 2.5 s, and
        until then its server sends no call to a worker that was full. LiveKit has no event for this
        and no public method to report the load."""
        await super()._update_job_status(proc)
        await self._refresh_worker_load()
        await self._update_worker_status()

    def _is_available(self) -> bool:
        """LiveKit asks this when a call is offered. If the answer is no, LiveKit refuses the call
        without a log line or an event, and does not call `on_request`."""
        available = super()._is_available()
        if not available and not self.draining:
            self.on_refused(self._worker_load)
        return available


def cpu_load(server: AgentServer) -> float:
    """Share of the CPUs in use in the last 2.5 s, from 0 to 1: what LiveKit measures without a
    `load_fnc`. Only the default of its options leads to it."""
    return WorkerOptions.load_fnc(server)  # type: ignore[call-arg]
