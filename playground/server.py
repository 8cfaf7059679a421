"""The playground's server: the page, the browser library, and a token for each call.

GET  /                               the page, and its parts under /page/
GET  /vendor/livekit-client.esm.mjs  LiveKit's browser library
GET  /api/about                      what the page shows before a call; nothing secret
POST /api/visit                      a `Visit`; only for this server's page, with a rate limit
     /api/stand-ins                  see `tuning`; only with the sandbox

With PLAYGROUND_PASSWORD all of them need a login.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from . import library, tuning
from .bucket import TokenBucket
from .guard import host_names, refusal
from .headers import page_headers
from .login import Clock, Login, too_many
from .login import middleware as ask_login
from .settings import Settings
from .visits import new_visit

PAGE = library.HERE / "page"


def create_app(
    settings: Settings, *, root: Path = library.HERE, clock: Clock = time.monotonic
) -> web.Application:
    """The server as an aiohttp application; `root` is the folder of node_modules."""
    visits = TokenBucket(settings.playground_visits_per_minute, now=clock())
    names = host_names(settings.playground_host, settings.playground_allowed_hosts)
    headers = page_headers(settings.livekit_url)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        reason = refusal(
            method=request.method,
            host=request.headers.get("Host", ""),
            origin=request.headers.get("Origin"),
            names=names,
        )
        if reason is not None:
            return web.Response(status=403, text=reason, headers=headers)
        return await handler(request)

    async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)

    async def index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def vendor(_: web.Request) -> web.StreamResponse:
        try:
            return web.FileResponse(library.library_path(root))
        except library.MissingLibraryError as error:
            return web.Response(status=503, text=str(error))

    async def about(_: web.Request) -> web.Response:
        return web.json_response(
            {
                "livekitUrl": settings.livekit_url,
                "agentName": settings.agent_name,
                "simulated": settings.sandbox_providers,
                "tunable": tuple(settings.sandbox_stand_ins),
            }
        )

    async def visit(_: web.Request) -> web.Response:
        if wait := visits.take(clock()):
            return too_many("Too many calls began in the last minute", wait)
        return web.json_response(asdict(new_visit(settings)), headers={"Cache-Control": "no-store"})

    middlewares: list[Middleware] = [guard]
    if settings.playground_password:
        login = Login(settings.playground_password.get_secret_value(), now=clock())
        middlewares.append(ask_login(login, clock=clock))
    app = web.Application(middlewares=middlewares, client_max_size=4096)
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/", index)
    app.router.add_static("/page/", PAGE)
    app.router.add_get("/vendor/livekit-client.esm.mjs", vendor)
    app.router.add_get("/api/about", about)
    app.router.add_post("/api/visit", visit)
    if settings.sandbox_stand_ins:
        tuning.add_routes(app, settings.sandbox_stand_ins)
    return app


@asynccontextmanager
async def serve(settings: Settings, *, root: Path = library.HERE) -> AsyncIterator[str]:
    """Serve the page; yields its address, `http://host:port`. `root`: the folder of node_modules.

    Raises:
        MissingLibraryError: The browser library is not installed.
        OSError: The port cannot be bound.
    """
    library.library_path(root)
    runner = web.AppRunner(create_app(settings, root=root), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.playground_host, settings.playground_port).start()
        host, port = runner.addresses[0][:2]
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        await runner.cleanup()
