"""One connection over a real WebSocket, against scripted servers."""

from __future__ import annotations

import asyncio
import logging

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    ConnectionLost,
    ProviderFailed,
    RequestRefused,
    SarvamError,
)
from livekit.plugins.sarvam_pooled.options import Socket
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

from tests.support.until import until

from .scripted_server import FINAL, HINDI, KEY, Server, audio, collect, error, opened

FLOOD = (*[audio(bytes(60_000))] * 200, FINAL)  # 12 MB of audio


async def deaf(ws: ServerConnection) -> None:
    """Reads nothing from the network any more, like a peer whose machine is gone."""
    ws.transport.pause_reading()
    await ws.wait_closed()


class Mute(ServerConnection):
    """A server's end that answers nothing after its handshake, not even a PING."""

    def data_received(self, data: bytes) -> None:
        """Once open, nothing that comes is read."""
        if self.protocol.state is not State.OPEN:
            super().data_received(data)


async def test_a_text_is_sent_with_its_voice_and_flushed() -> None:
    """The config goes first, and again only for another voice."""
    server = Server([(audio(b"a"), audio(b"b"), FINAL), (audio(b"c"), FINAL)])
    async with opened(server) as connection:
        responses = [await connection.send_text("x")]
        await connection.configure(HINDI)
        responses.append(await connection.send_text("y"))
        assert [await collect(response) for response in responses] == [[b"a", b"b"], [b"c"]]
        assert server.received == ["config", "text", "flush"] * 2
        assert connection.protocol.configs == 2


@pytest.mark.parametrize(
    ("frames", "kind"),
    [
        ((error(503), "close"), ProviderFailed),
        ((error(400), "close"), RequestRefused),
        (("close",), ConnectionLost),
        (("{",), ProviderFailed),
        ((audio(b"a"), error(408)), ProviderFailed),
    ],
    ids=["busy", "refused", "close-1000", "garbage", "later"],
)
async def test_a_failure_fails_all_responses_and_is_reported_to_the_owner_once(
    frames: tuple[str, ...], kind: type[SarvamError]
) -> None:
    """After an error frame no `final` comes, whatever the close code."""
    lost: list[Connection] = []
    async with opened(Server([frames]), lost=lost) as connection:
        responses = [await connection.send_text("x"), await connection.send_text("y")]
        for response in responses:
            with pytest.raises(kind):
                await collect(response)
        assert lost == [connection]
        assert not connection.alive
        assert type(connection.protocol.failure) is kind
        with pytest.raises(SarvamError):
            await connection.send_text("z")
    assert lost == [connection]


async def test_a_connection_that_its_owner_closes_is_not_reported_as_lost() -> None:
    """Its responses fail; the owner knows."""
    lost: list[Connection] = []
    async with opened(Server([]), lost=lost) as connection:
        response = await connection.send_text("x")
        await connection.aclose()
        with pytest.raises(ConnectionLost):
            await collect(response)
        assert lost == []
        assert repr(connection).startswith(f"<Connection #{connection.serial} closed")


async def test_a_response_that_is_not_fetched_makes_the_server_wait() -> None:
    """All of it comes when it is fetched."""
    server = Server([FLOOD])
    async with opened(server) as connection:
        response = await connection.send_text("x")
        await until(lambda: connection.protocol.is_paused)
        assert server.sent < len(FLOOD)
        assert len(b"".join(await collect(response))) == 200 * 60_000


async def test_a_slow_listener_holds_up_no_other_connection() -> None:
    """Each has its own reader."""
    async with opened(Server([FLOOD])) as slow, opened(Server([FLOOD])) as quick:
        await slow.send_text("x")
        await until(lambda: slow.protocol.is_paused)
        assert len(await collect(await quick.send_text("y"))) == 200
        assert slow.protocol.is_paused


async def test_a_connection_that_is_not_read_closes_in_time() -> None:
    """Its response fails at once; the closing handshake has its own short limit."""
    async with opened(Server([FLOOD]), close_timeout=0.1) as connection:
        response = await connection.send_text("x")
        await until(lambda: connection.protocol.is_paused)
        began = asyncio.get_running_loop().time()
        closing = asyncio.create_task(connection.aclose())
        with pytest.raises(ConnectionLost):
            await collect(response)
        await closing
        assert asyncio.get_running_loop().time() - began < 1.5


async def test_a_peer_that_is_gone_without_a_word_is_noticed() -> None:
    """No PONG to the library's own PING: the connection is lost."""
    lost: list[Connection] = []
    tuning = Socket(ping_interval=0.03, ping_timeout=0.1)
    async with opened(deaf, lost=lost, tuning=tuning, close_timeout=0.1) as connection:
        response = await connection.send_text("x")
        with pytest.raises(ConnectionLost):
            await collect(response)
        assert lost == [connection]
        assert not connection.alive


async def test_closing_does_not_wait_for_a_peer_that_is_gone() -> None:
    """The closing handshake has its own short limit."""
    async with opened(deaf, close_timeout=0.1) as connection:
        began = asyncio.get_running_loop().time()
        await connection.aclose()
        assert asyncio.get_running_loop().time() - began < 1.5


async def test_a_server_that_answers_no_ping_is_noticed() -> None:
    """Long before the first audio is late."""
    lost: list[Connection] = []
    server = Server([])
    async with opened(server, lost=lost, liveness_timeout=0.05, create_connection=Mute) as end:
        response = await end.send_text("x")
        with pytest.raises(ConnectionLost, match="no sign of life"):
            await response.next()
        assert lost == [end]


async def test_neither_key_nor_words_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Not even by the library, with everything at DEBUG; nor are they in any repr."""
    caplog.set_level(logging.DEBUG)
    server = Server([(audio(b"a"), FINAL), (error(400, "bad text: My own words."),)])
    async with opened(server) as connection:
        await collect(await connection.send_text("My own words."))
        response = await connection.send_text("My own words.")
        with pytest.raises(RequestRefused) as caught:
            await collect(response)
        shown = repr(connection) + repr(caught.value) + str(caught.value) + repr(response)
    for record in (record for record in caplog.records if record.name != "websockets.server"):
        shown += record.getMessage() + str(vars(record))
    assert KEY not in shown
    assert "own words" not in shown
