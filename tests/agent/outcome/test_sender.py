"""The sender against a real receiver: what is not taken is posted again, and nothing is lost."""

from __future__ import annotations

import asyncio
import errno
import itertools
import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from agent.outcome.retry import GIVE_UP
from agent.outcome.sender import TIMEOUT, OutcomeSender
from agent.outcome.signature import headers
from agent.outcome.spool import Spool

KEY = bytes(range(32))
EPOCH = 1_790_000_000.0


def clock() -> float:
    """Unix time that passes as the loop's."""
    return EPOCH + asyncio.get_running_loop().time()


class Receiver:
    """Answers as a test says, and takes each event once, by its id."""

    def __init__(self) -> None:
        self.attempts: list[tuple[float, str]] = []
        self.taken: dict[str, bytes] = {}
        self.answer: Callable[[web.Request], Awaitable[web.StreamResponse]] = self.take

    async def take(self, request: web.Request) -> web.StreamResponse:
        body, event = await request.read(), request.headers["webhook-id"]
        signed = headers(KEY, event, body, now=float(request.headers["webhook-timestamp"]))
        assert signed.items() <= {k.lower(): v for k, v in request.headers.items()}.items()
        assert request.content_type == "application/json"
        self.taken[event] = body
        return web.Response(status=204)

    async def _received(self, request: web.Request) -> web.StreamResponse:
        self.attempts.append((clock() - EPOCH, request.headers["webhook-id"]))
        return await self.answer(request)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/hook", self._received)
        runner = web.AppRunner(app, shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        (address,) = runner.addresses
        yield f"http://127.0.0.1:{address[1]}/hook"
        await runner.cleanup()


def sender(spool: Spool, url: str) -> OutcomeSender:
    return OutcomeSender(spool, url, KEY, clock=clock, chooser=lambda: 0.5)


async def refuse(_: web.Request) -> web.StreamResponse:
    return web.Response(status=500, text="broken")


async def test_an_event_is_posted_signed_and_forgotten(tmp_path: Path) -> None:
    """Also one that another process puts there meanwhile."""
    receiver, spool = Receiver(), Spool(tmp_path)
    spool.put("evt_1", json.dumps({"a": 1}).encode(), now=EPOCH)
    async with receiver.served() as url, sender(spool, url):
        await asyncio.sleep(3)
        spool.put("evt_2", b"{}", now=clock())
        await asyncio.sleep(3)
    assert receiver.taken == {"evt_1": b'{"a": 1}', "evt_2": b"{}"}
    assert len(receiver.attempts) == 2
    assert spool.waiting() == []


async def test_a_receiver_that_fails_is_tried_again_ever_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Until it takes it; the log has the status, and neither address nor body."""
    receiver, spool = Receiver(), Spool(tmp_path)
    receiver.answer = refuse
    spool.put("evt_1", b"secret words", now=EPOCH)
    async with receiver.served() as url, sender(spool, url):
        await asyncio.sleep(30)
        times = [at for at, _ in receiver.attempts]
        waits = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert len(waits) == 4
        assert waits == sorted(waits)
        receiver.answer = receiver.take
        await asyncio.sleep(40)
    assert receiver.taken == {"evt_1": b"secret words"}
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert {vars(record)["error"] for record in warnings} == {"status 500"}
    assert "secret words" not in caplog.text
    assert "/hook" not in caplog.text


async def test_a_receiver_that_is_down_costs_one_attempt_in_a_round(tmp_path: Path) -> None:
    """The other events wait for the next one; a later worker posts them all, each once."""
    receiver, spool = Receiver(), Spool(tmp_path)
    for number in range(5):
        spool.put(f"evt_{number}", b"{}", now=EPOCH)
    async with receiver.served() as url:
        pass
    async with sender(spool, url):
        await asyncio.sleep(0.5)
        assert sum(event.due > clock() for event in spool.waiting()) == 1
        await asyncio.sleep(8)
    assert len(spool.waiting()) == 5
    async with receiver.served() as url, sender(spool, url):
        await asyncio.sleep(20)
    assert len(receiver.taken) == len(receiver.attempts) == 5


async def test_a_slow_receiver_is_left_after_the_time_limit(tmp_path: Path) -> None:
    """It may have taken the event all the same: the id says so the second time."""
    receiver, spool = Receiver(), Spool(tmp_path)

    async def slow(request: web.Request) -> web.StreamResponse:
        await receiver.take(request)
        receiver.answer = receiver.take
        await asyncio.sleep(60)
        return web.Response()

    receiver.answer = slow
    spool.put("evt_1", b"{}", now=EPOCH)
    async with receiver.served() as url, sender(spool, url):
        await asyncio.sleep(59)
    (first, one), (second, other) = receiver.attempts
    assert second - first > TIMEOUT
    assert one == other
    assert list(receiver.taken) == ["evt_1"]


async def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    """It would carry what callers said to an address that nobody chose."""
    receiver, spool = Receiver(), Spool(tmp_path)

    async def redirect(request: web.Request) -> web.StreamResponse:
        receiver.answer = refuse
        raise web.HTTPTemporaryRedirect(request.path)

    receiver.answer = redirect
    spool.put("evt_1", b"{}", now=EPOCH)
    async with receiver.served() as url, sender(spool, url):
        await asyncio.sleep(1.5)
        assert len(receiver.attempts) == 1


async def test_an_endless_response_is_not_read(tmp_path: Path) -> None:
    """The status is enough."""
    receiver, spool, wrote = Receiver(), Spool(tmp_path), []

    async def endless(request: web.Request) -> web.StreamResponse:
        await receiver.take(request)
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)
            wrote.append(1)
            await asyncio.sleep(0.001)

    receiver.answer = endless
    spool.put("evt_1", b"{}", now=EPOCH)
    async with receiver.served() as url, sender(spool, url):
        await asyncio.sleep(5)
        assert spool.waiting() == []
    assert len(wrote) < 1000


async def test_the_end_of_the_worker_posts_what_is_due(tmp_path: Path) -> None:
    """A call that ended with it; a receiver that is slow holds it up for seconds only."""
    receiver, spool = Receiver(), Spool(tmp_path)
    async with receiver.served() as url:
        async with sender(spool, url):
            await asyncio.sleep(0.5)
            spool.put("evt_1", b"{}", now=clock())
        assert list(receiver.taken) == ["evt_1"]

        async def never(_: web.Request) -> web.StreamResponse:
            await asyncio.sleep(30)
            return web.Response()

        receiver.answer = never
        async with sender(spool, url):
            await asyncio.sleep(0.5)
            spool.put("evt_2", b"{}", now=clock())
        assert [event.id for event in spool.waiting()] == ["evt_2"]
        assert clock() - EPOCH < TIMEOUT


async def test_an_event_that_nobody_takes_for_two_weeks_is_deleted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As the journal is, with an error in the log."""
    receiver, spool = Receiver(), Spool(tmp_path)
    receiver.answer = refuse
    spool.put("evt_1", b"{}", now=EPOCH - GIVE_UP)
    async with receiver.served() as url, sender(spool, url):
        await asyncio.sleep(1)
    assert spool.waiting() == []
    assert caplog.records[-1].levelno == logging.ERROR


async def test_a_spool_that_cannot_be_read_is_logged_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The worker goes on."""
    folder = tmp_path / "outbox"
    folder.write_text("a file")
    receiver, spool = Receiver(), Spool(folder)
    async with receiver.served() as url, sender(spool, url):
        await asyncio.sleep(1.5)
        assert "the spool of outcomes cannot be read" in caplog.text
        async with sender(spool, url):
            pass
        folder.unlink()
        spool.put("evt_1", b"{}", now=clock())
        await asyncio.sleep(1.5)
    assert list(receiver.taken) == ["evt_1"]


@pytest.mark.parametrize(("answer", "attempts"), [("take", 1), ("refuse", 5)])
async def test_a_spool_that_cannot_be_written_does_not_repeat_events(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    answer: str,
    attempts: int,
) -> None:
    """What was taken is posted once, and what was not waits as usual: on a read-only disk too."""
    receiver, spool = Receiver(), Spool(tmp_path)
    if answer == "refuse":
        receiver.answer = refuse
    spool.put("evt_1", b"{}", now=EPOCH)

    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "unlink", read_only)
    monkeypatch.setattr(os, "utime", read_only)
    async with receiver.served() as url, sender(spool, url):
        await asyncio.sleep(30)
        assert len(receiver.attempts) == attempts
    assert "the spool of outcomes cannot be written" in caplog.text
    assert "cannot be read" not in caplog.text


async def test_a_bug_does_not_end_the_sender(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged without its message, which may have a key in it, and tried again."""
    receiver, spool = Receiver(), Spool(tmp_path)
    spool.put("evt_1", b"{}", now=EPOCH)
    async with receiver.served() as url, sender(spool, url):
        with monkeypatch.context() as patch:
            patch.setattr(spool, "waiting", lambda: {}["secret"])
            await asyncio.sleep(3)
        await asyncio.sleep(3)
        assert list(receiver.taken) == ["evt_1"]
    assert "outcomes could not be posted" in caplog.text
    assert "secret" not in caplog.text
