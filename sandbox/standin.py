"""What all stand-in providers share: an HTTP server on loopback with `/_control` and `/_stats`."""

from __future__ import annotations

import asyncio
import json
import weakref
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from voice_agent_env.own_host import LOOPBACK_NAMES, is_own_host, is_own_origin

from .conditions import Conditions, Fault, Latency


class ControlRequest(BaseModel):
    """Body of `POST /_control`; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    latency: dict[str, float] | None = None
    """Some or all fields of `Latency`, in seconds."""
    faults: tuple[Fault, ...] | None = None
    """All faults from now on; an empty list ends them."""
    seed: int | None = None
    """Begin the sequence of random draws anew."""
    reset_stats: bool = False
    """Set all counters of `/_stats` to zero."""
    options: dict[str, Any] | None = None
    """Settings of this provider alone, see `StandIn.set_options`."""


class StandIn:
    """One stand-in provider. A subclass names itself, adds routes and counts in `stats`."""

    name: ClassVar[str]
    default_latency: ClassVar[Latency] = Latency()
    # Whether a handler is cancelled at once when its client goes away.
    cancel_on_disconnect: ClassVar[bool] = False

    def __init__(
        self, *, latency: Latency | None = None, faults: tuple[Fault, ...] = (), seed: int = 0
    ) -> None:
        self.conditions = Conditions(latency or self.default_latency, faults, seed=seed)
        # Counters shown by `/_stats`: requests, connects, characters, faults by kind, ...
        self.stats: Counter[str] = Counter()
        # Connections whose set-up has been paid for.
        self._met: weakref.WeakSet[asyncio.BaseTransport] = weakref.WeakSet()

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the provider's own routes."""
        raise NotImplementedError

    def set_options(self, options: dict[str, Any]) -> None:
        """Apply settings of this provider alone; raise `ValueError` for one it does not know."""
        raise ValueError(f"{self.name} has no such options: {', '.join(sorted(options))}")

    async def arrive(self, request: web.Request) -> None:
        """Wait as long as the request took to come here.

        That is half a round trip, and on a new connection two more before it, for TCP and TLS.
        The answer's own half is for the handler to wait: `conditions.half_trip()`.
        """
        transport = request.transport
        seconds = self.conditions.half_trip()
        if transport is not None and transport not in self._met:
            self._met.add(transport)
            seconds += self.conditions.delay(2 * self.conditions.latency.round_trip)
        await asyncio.sleep(seconds)

    async def aclose(self) -> None:
        """Release what the stand-in holds (threads, decoders)."""

    def app(self) -> web.Application:
        """The server as an aiohttp application."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_post("/_control", self._control)
        app.router.add_get("/_stats", self._stats)
        self.add_routes(app.router)

        async def close(_: web.Application) -> None:
            await self.aclose()

        app.on_cleanup.append(close)
        return app

    def control(self, request: ControlRequest) -> None:
        """Apply a `/_control` request; `ValueError` (or pydantic's) if it does not fit."""
        latency = self.conditions.latency
        if request.latency is not None:
            latency = Latency.model_validate(latency.model_dump() | request.latency)
        if request.options is not None:
            self.set_options(request.options)
        self.conditions.latency = latency
        if request.faults is not None:
            self.conditions.set_faults(request.faults)
        if request.seed is not None:
            self.conditions.seed(request.seed)
        if request.reset_stats:
            self.stats.clear()

    def describe(self) -> dict[str, Any]:
        """What `/_stats` answers."""
        return {
            "provider": self.name,
            "simulated": True,
            "stats": dict(self.stats),
            "latency": self.conditions.latency.model_dump(),
            "faults": [fault.model_dump() for fault in self.conditions.faults],
        }

    async def _control(self, request: web.Request) -> web.Response:
        _require_own(request)
        try:
            self.control(ControlRequest.model_validate_json(await request.read()))
        except (ValidationError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(self.describe())

    async def _stats(self, request: web.Request) -> web.Response:
        _require_own(request)
        return web.json_response(self.describe(), dumps=_dumps)


def _require_own(request: web.Request) -> None:
    """Keep out what other pages send from a browser on this machine, also under a name that their
    owner points here: faults are for the user to set, and what callers said is theirs.

    Programs send no `Origin`; browsers send one with whatever may change something.
    """
    host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    foreign_page = origin is not None and not is_own_origin(origin, host)
    if foreign_page or not is_own_host(host, LOOPBACK_NAMES):
        raise web.HTTPForbidden(text="Ask from this machine, by its loopback address.")


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


@asynccontextmanager
async def serve(stand_in: StandIn, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback; yields `host:port` (`port` 0: a free one)."""
    # A caller may leave with connections open, so shutdown does not wait for them.
    runner = web.AppRunner(
        stand_in.app(),
        access_log=None,
        shutdown_timeout=0.1,
        handler_cancellation=stand_in.cancel_on_disconnect,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0]
        yield f"{bound[0]}:{bound[1]}"
    finally:
        await runner.cleanup()
