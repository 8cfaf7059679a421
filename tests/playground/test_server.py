"""The server: what each address answers, and to whom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer

from playground import library, server
from playground.settings import Settings

Client = TestClient[Any, Any]


def own_origin(client: Client) -> dict[str, str]:
    """The headers of a request by the playground's own page."""
    return {"Origin": f"http://{client.host}:{client.port}"}


def page_parts() -> list[str]:
    """The addresses of all files of the page."""
    files = (path for path in server.PAGE.rglob("*") if path.is_file())
    return [f"/page/{path.relative_to(server.PAGE).as_posix()}" for path in files]


async def test_the_page_and_its_parts_are_served(client: Client) -> None:
    """Each part that the page names is there, with a type that a browser accepts."""
    page = await (await client.get("/")).text()
    types = {
        "/page/main.js": "text/javascript",
        "/page/style.css": "text/css",
        "/page/icon.svg": "image/svg+xml",
        "/vendor/livekit-client.esm.mjs": "text/javascript",
    }
    for path, content_type in types.items():
        assert path in page
        response = await client.get(path)
        assert response.status == 200
        assert response.content_type.replace("application/j", "text/j") == content_type


async def test_every_answer_carries_the_policy(client: Client) -> None:
    """Page, parts, refusals and misses all carry the security headers."""
    for path in ("/", "/page/main.js", "/api/about", "/nothing"):
        response = await client.get(path)
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    refused = await client.post("/api/visit")
    assert "default-src 'none'" in refused.headers["Content-Security-Policy"]


async def test_nothing_outside_the_page_folder_is_served(client: Client) -> None:
    """The server's own code and settings are out of reach."""
    for path in ("/page/../settings.py", "/page/%2e%2e/settings.py", "/settings.py", "/page/"):
        assert (await client.get(path)).status in (403, 404)


async def test_a_visit_is_given_to_the_page_itself(client: Client) -> None:
    """The page gets an address, a room and a token, which no cache may keep."""
    response = await client.post("/api/visit", headers=own_origin(client))
    visit = await response.json()
    assert sorted(visit) == ["identity", "room", "token", "url"]
    assert visit["url"] == "ws://127.0.0.1:7880"
    assert response.headers["Cache-Control"] == "no-store"


async def test_a_visit_is_refused_to_others(client: Client) -> None:
    """Another site, a rebound name and a bare GET get no token."""
    for headers in ({}, {"Origin": "http://evil.test"}, own_origin(client) | {"Host": "evil.test"}):
        response = await client.post("/api/visit", headers=headers)
        assert response.status == 403
        assert "token" not in await response.text()
    assert (await client.get("/api/visit")).status == 405


async def test_only_so_many_visits_begin_in_a_minute(
    make_settings: Callable[..., Settings], installed: Path
) -> None:
    """One too many gets the time of the next try, and is let in then; a refusal costs nothing."""
    now = 100.0
    settings = make_settings(playground_visits_per_minute=2)
    app = server.create_app(settings, root=installed, clock=lambda: now)
    async with TestClient(TestServer(app)) as client:
        for _ in range(3):
            await client.post("/api/visit", headers={"Origin": "http://evil.test"})
        visits = [await client.post("/api/visit", headers=own_origin(client)) for _ in range(3)]
        assert [each.status for each in visits] == [200, 200, 429]
        assert visits[-1].headers["Retry-After"] == "30"
        assert "try again in 30 s" in await visits[-1].text()
        now += 30
        assert (await client.post("/api/visit", headers=own_origin(client))).status == 200


async def test_a_rebound_name_sees_nothing(client: Client) -> None:
    """Under a foreign name not even the page is served, and the answer says what to do."""
    response = await client.get("/", headers={"Host": "evil.test"})
    assert response.status == 403
    assert "PLAYGROUND_ALLOWED_HOSTS" in await response.text()


async def test_the_secret_never_leaves(
    client: Client, make_settings: Callable[..., Settings]
) -> None:
    """No answer contains the API secret."""
    secret = make_settings().livekit_api_secret.get_secret_value().encode()
    paths = ["/", "/api/about", *page_parts()]
    answers = [await (await client.get(path)).read() for path in paths]
    visit = await client.post("/api/visit", headers=own_origin(client))
    assert not any(secret in answer for answer in (*answers, await visit.read()))


async def test_about_names_the_simulated_providers(client: Client) -> None:
    """The page can say which providers are stand-ins."""
    about = await (await client.get("/api/about")).json()
    assert about == {
        "livekitUrl": "ws://127.0.0.1:7880",
        "agentName": "",
        "simulated": ["sarvam", "deepgram"],
        "tunable": [],
    }


async def test_a_missing_library_is_answered_with_the_command(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    """Without node_modules the answer is the command that makes it."""
    app = server.create_app(make_settings(), root=tmp_path)
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/vendor/livekit-client.esm.mjs")
        assert response.status == 503
        assert library.INSTALL in await response.text()


async def test_the_server_does_not_start_without_the_library(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    """A start without node_modules fails at once, with the command."""
    with pytest.raises(library.MissingLibraryError, match=library.INSTALL):
        async with server.serve(make_settings(), root=tmp_path):
            pass


async def test_the_server_takes_a_free_port(
    make_settings: Callable[..., Settings], installed: Path
) -> None:
    """`serve` returns the address it took, answers there, and frees it again."""
    settings = make_settings(playground_port=0)
    async with server.serve(settings, root=installed) as address, ClientSession() as session:
        assert (await session.get(address)).status == 200
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", int(address.rsplit(":", 1)[1]))
