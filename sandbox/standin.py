"""The server under every stand-in: HTTP on loopback, with `/_control` and `/_stats`."""

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

from .account import Account, Options
from .conditions import Conditions, Fault, Latency


class ControlRequest(BaseModel):
    """Body of `POST /_control`; fields that are absent change nothing."""

    model_config = ConfigDict(extra="forbid")

    latency: dict[str, float] | None = None
    """Some or all fields of `Latency`, in seconds."""
    faults: tuple[Fault, ...] | None = None
    """All faults from now on; an empty list ends them."""
    seed: int | None = None
    """Restart the sequence of random draws from this seed."""
    reset_stats: bool = False
    """Set all counters of `/_stats` to zero and clear its log."""
    options: dict[str, Any] | None = None
    """Some of the provider's own options."""


class StandIn:
    """One stand-in provider. A subclass names itself and its options, and adds routes."""

    name: ClassVar[str]
    default_latency: ClassVar[Latency] = Latency()
    account_type: ClassVar[type[Account[Any, Any]]] = Account
    options_type: ClassVar[type[Options]] = Options

    account: Account[Any, Any]

    def __init__(
        self,
        *,
        latency: Latency | None = None,
        faults: tuple[Fault, ...] = (),
        seed: int = 0,
        options: Options | None = None,
    ) -> None:
        """`options` are of `options_type`."""
        self.conditions = Conditions(latency or self.default_latency, faults, seed=seed)
        self.account = self.account_type(self.conditions, options or self.options_type())
        # Connections whose set-up has been paid for.
        self._connected: weakref.WeakSet[asyncio.BaseTransport] = weakref.WeakSet()

    @property
    def stats(self) -> Counter[str]:
        """The counters that `/_stats` shows."""
        return self.account.stats

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the provider's own routes."""
        raise NotImplementedError

    def set_options(self, options: dict[str, Any]) -> None:
        """Change some options; `ValueError` (pydantic's) if they are not valid."""
        self.account.change(options)

    async def arrive(self, request: web.Request) -> None:
        """Wait for the time that the request was on its way.

        That is half a round trip, and two whole ones more on a new connection, for TCP and TLS.
        The handler waits for the response's half: `conditions.half_trip()`.
        """
        transport = request.transport
        seconds = self.conditions.half_trip()
        if transport is not None and transport not in self._connected:
            self._connected.add(transport)
            seconds += self.conditions.delay(2 * self.conditions.latency.round_trip)
        await asyncio.sleep(seconds)

    async def aclose(self) -> None:
        """Release what the stand-in holds (processes, decoders)."""

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
        """Apply a `/_control` request; `ValueError` (or pydantic's) if it is not valid."""
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
            self.account.reset()

    def describe(self) -> dict[str, Any]:
        """The response to `/_stats`."""
        return {
            "provider": self.name,
            "simulated": True,
            "stats": dict(self.stats),
            "latency": self.conditions.latency.model_dump(),
            "faults": [fault.model_dump() for fault in self.conditions.faults],
            **self.account.describe(),
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
    """Refuse requests of foreign web pages in a browser on this machine, also those under a name
    that points here: only the user sets faults and reads what callers said.

    Programs send no `Origin`; browsers send one with every request that may change something.
    """
    host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    foreign_page = origin is not None and not is_own_origin(origin, host)
    if foreign_page or not is_own_host(host, LOOPBACK_NAMES):
        raise web.HTTPForbidden(text="Use the loopback address of this machine.")


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


@asynccontextmanager
async def serve(stand_in: StandIn, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback; yields `host:port` (`port` 0: a free one)."""
    # Clients may leave connections open: shutdown does not wait for them.
    runner = web.AppRunner(
        stand_in.app(),
        access_log=None,
        shutdown_timeout=0.1,
        # A handler is cancelled when its client leaves, as a provider stops its work.
        handler_cancellation=True,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0]
        yield f"{bound[0]}:{bound[1]}"
    finally:
        await runner.cleanup()
