"""The login: who is let in, and how often others may guess."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import encode_basic_auth
from aiohttp.test_utils import TestClient, TestServer

from playground.login import COOKIE, GUESSES_PER_MINUTE, Entry, Login
from playground.server import create_app
from playground.settings import Settings

Client = TestClient[Any, Any]
PASSWORD = "correct horse: बैटरी"
RIGHT = encode_basic_auth("anybody", PASSWORD, encoding="utf-8")
WRONG = encode_basic_auth("anybody", "correct horse", encoding="utf-8")


def judged(login: Login, authorization: str | None = None, *, cookie: str | None = None) -> Entry:
    """What becomes of a request at second 0."""
    return login.judge(cookie=cookie, authorization=authorization, now=0.0)


def test_a_password_or_the_cookie_lets_in() -> None:
    """Whatever the name is."""
    login = Login(PASSWORD, now=0.0)
    assert judged(login) is Entry.ASKED
    assert judged(login, WRONG) is Entry.ASKED
    assert judged(login, RIGHT) is Entry.ADMITTED
    assert judged(login, cookie=login.cookie) is Entry.KNOWN
    assert judged(login, cookie=Login(PASSWORD, now=0.0).cookie) is Entry.ASKED


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic x", "Bearer x", "Basic gIA6gIA=", "Basic \udc80", "Basic aGk="]
)
def test_what_is_no_password_is_a_wrong_one(header: str) -> None:
    """Half a header, another scheme, bytes that are no text."""
    login = Login(PASSWORD, now=0.0)
    assert judged(login, header) is Entry.ASKED
    assert judged(login, cookie="\udc80") is Entry.ASKED


def test_guesses_are_few() -> None:
    """After too many, not even the right one is looked at for a while, else guessing would go on;
    who has the cookie notices nothing, and right ones are no guesses."""
    login = Login(PASSWORD, now=0.0)
    assert {judged(login, RIGHT) for _ in range(100)} == {Entry.ADMITTED}
    guesses = [judged(login, WRONG) for _ in range(GUESSES_PER_MINUTE + 1)]
    assert guesses == [Entry.ASKED] * GUESSES_PER_MINUTE + [Entry.LATER]
    assert judged(login, RIGHT) is Entry.LATER
    assert judged(login, cookie=login.cookie) is Entry.KNOWN
    assert judged(login) is Entry.ASKED
    later = login.wait(0.0)
    assert login.judge(cookie=None, authorization=RIGHT, now=later) is Entry.ADMITTED


@pytest.fixture
async def guarded(make_settings: Callable[..., Settings], installed: Path) -> AsyncIterator[Client]:
    """A client of a playground with a password; its clock stands still."""
    app = create_app(
        make_settings(playground_password=PASSWORD), root=installed, clock=lambda: 100.0
    )
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_everything_is_behind_the_login(guarded: Client) -> None:
    """The page, its parts, the library and what signs; the answer makes a browser ask."""
    origin = {"Origin": f"http://{guarded.host}:{guarded.port}"}
    for path in ("/", "/page/main.js", "/vendor/livekit-client.esm.mjs", "/api/about", "/nothing"):
        response = await guarded.get(path)
        assert response.status == 401
        assert response.headers["WWW-Authenticate"].startswith("Basic ")
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert (await guarded.post("/api/visit", headers=origin)).status == 401
    response = await guarded.post("/api/visit", headers=origin | {"Authorization": WRONG})
    assert (response.status, "token" in await response.text()) == (401, False)


async def test_a_browser_logs_in_once(guarded: Client) -> None:
    """Then its cookie is enough; other sites cannot use it, and scripts cannot read it."""
    origin = {"Origin": f"http://{guarded.host}:{guarded.port}"}
    response = await guarded.get("/", headers={"Authorization": RIGHT})
    assert response.status == 200
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    for _ in range(GUESSES_PER_MINUTE):
        await guarded.get("/", headers={"Authorization": WRONG, "Cookie": "none=1"})
    visit = await guarded.post("/api/visit", headers=origin)
    assert visit.status == 200
    assert "Set-Cookie" not in visit.headers
    evil = await guarded.post("/api/visit", headers={"Origin": "http://evil.test"})
    assert evil.status == 403


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_cookie_that_came_by_tls_goes_by_tls_alone(guarded: Client, scheme: str) -> None:
    """A proxy in front names the scheme that the browser speaks."""
    headers = {"Authorization": RIGHT, "X-Forwarded-Proto": scheme}
    cookie = (await guarded.get("/", headers=headers)).headers["Set-Cookie"]
    assert ("Secure" in cookie) is (scheme == "https")


async def test_a_guesser_must_wait(guarded: Client) -> None:
    """With the seconds that it takes."""
    for _ in range(GUESSES_PER_MINUTE):
        assert (await guarded.get("/", headers={"Authorization": WRONG})).status == 401
    response = await guarded.get("/", headers={"Authorization": RIGHT})
    assert (response.status, response.headers["Retry-After"]) == (429, "6")
