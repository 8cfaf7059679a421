"""The password of a page that is served beyond this machine: HTTP Basic, with any user name.

A correct password brings a cookie. The cookie cannot be guessed, so clients that have it are not
delayed by the limit on wrong passwords.
"""

from __future__ import annotations

import base64
import math
import secrets
from collections.abc import Callable
from enum import Enum, auto

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .bucket import TokenBucket

GUESSES_PER_MINUTE = 10
"""Wrong passwords of all clients together: an attacker can have many addresses."""
COOKIE = "playground"

Clock = Callable[[], float]


class Entry(Enum):
    """How a request is answered."""

    KNOWN = auto()
    """Passed: it has the cookie."""
    ADMITTED = auto()
    """Passed: it has the password, and gets the cookie."""
    ASKED = auto()
    """Asked for the password: it has neither."""
    LATER = auto()
    """Put off, without a check: there were too many wrong passwords."""


class Login:
    """Decides which requests pass. Pure, but for the random cookie, which is drawn once."""

    def __init__(self, password: str, *, now: float) -> None:
        self._password = password.encode()
        self._guesses = TokenBucket(GUESSES_PER_MINUTE, now=now)
        self.cookie = secrets.token_urlsafe(32)

    def judge(self, *, cookie: str | None, authorization: str | None, now: float) -> Entry:
        """Check a request's cookie and `Authorization` header; `now` in monotonic seconds."""
        if cookie is not None and _equal(cookie.encode(errors="replace"), self.cookie.encode()):
            return Entry.KNOWN
        if authorization is None:
            return Entry.ASKED
        if self.wait(now):
            return Entry.LATER
        if _equal(_password(authorization), self._password):
            return Entry.ADMITTED
        self._guesses.take(now)
        return Entry.ASKED

    def wait(self, now: float) -> float:
        """Seconds until a password is checked again; 0: now."""
        return self._guesses.wait(now)


def middleware(login: Login, *, clock: Clock) -> Middleware:
    """Lets requests pass that `login` admits."""

    @web.middleware
    async def ask(request: web.Request, handler: Handler) -> web.StreamResponse:
        entry = login.judge(
            cookie=request.cookies.get(COOKIE),
            authorization=request.headers.get("Authorization"),
            now=clock(),
        )
        if entry is Entry.ASKED:
            challenge = 'Basic realm="Playground: any name, PLAYGROUND_PASSWORD", charset="UTF-8"'
            return web.Response(
                status=401,
                text="The playground asks for its password.",
                headers={"WWW-Authenticate": challenge},
            )
        if entry is Entry.LATER:
            return too_many("There were too many wrong passwords", login.wait(clock()))
        response = await handler(request)
        if entry is Entry.ADMITTED:
            # A proxy in front may terminate TLS.
            secure = request.headers.get("X-Forwarded-Proto", request.scheme) == "https"
            response.set_cookie(
                COOKIE, login.cookie, httponly=True, samesite="Strict", secure=secure
            )
        return response

    return ask


def too_many(reason: str, wait: float) -> web.Response:
    """The response to a client that has to wait `wait` seconds."""
    seconds = max(1, math.ceil(wait))
    return web.Response(
        status=429,
        text=f"{reason}: try again in {seconds} s.",
        headers={"Retry-After": str(seconds)},
    )


def _password(authorization: str) -> bytes:
    """The password of `Basic base64(name:password)` (RFC 7617); empty for anything else."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(credentials.strip(), validate=True).partition(b":")[2]
    except ValueError:
        return b""


def _equal(given: bytes, right: bytes) -> bool:
    """Compared in constant time."""
    return secrets.compare_digest(given, right)
