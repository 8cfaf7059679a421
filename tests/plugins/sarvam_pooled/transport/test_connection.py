"""One WebSocket against scripted servers: what is sent, and whose answer is whose."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    ConnectFailed,
    ConnectionLost,
    ProviderFailed,
    RequestRefused,
    SarvamError,
)
from livekit.plugins.sarvam_pooled.options import Socket
from livekit.plugins.sarvam_pooled.transport import wire
from livekit.plugins.sarvam_pooled.transport.answer import Answer
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from livekit.plugins.sarvam_pooled.transport.handshake import open_connection
from livekit.plugins.sarvam_pooled.voice import Voice
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.protocol import State

ENGLISH = Voice()
HINDI = replace(ENGLISH, target_language_code="hi-IN")
KEY = "a-secret-key"
FINAL = json.dumps({"type": "event", "data": {"event_type": "final"}})


def audio(data: bytes) -> str:
    return json.dumps({"type": "audio", "data": {"audio": base64.b64encode(data).decode()}})


def error(code: int, message: str = "no") -> str:
    return json.dumps({"type": "error", "data": {"code": code, "message": message}})


@dataclass
class Server:
    """Says for each flush what the script says; keeps what it was told."""

    replies: list[tuple[str, ...]]
    final_after_config: bool = False
    heard: list[str] = field(default_factory=list)
    got: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, ws: ServerConnection) -> None:
        configs = 0
        async for message in ws:
            kind = json.loads(message)["type"]
            self.heard.append(kind)
            self.got.set()
            if kind == "config":
                configs += 1
                if configs > 1 and self.final_after_config:
                    await ws.send(FINAL)
            if kind == "flush" and self.replies:
                for frame in self.replies.pop(0):
                    await (ws.close() if frame == "close" else ws.send(frame))


@asynccontextmanager
async def opened(
    handler: Callable[[ServerConnection], Awaitable[None]],
    *,
    lost: list[Connection] | None = None,
    tuning: Socket | None = None,
    ping_interval: float = 60.0,
    liveness_timeout: float = 5.0,
    **server: Any,
) -> AsyncIterator[Connection]:
    """A connection to a server of its own."""
    async with serve(handler, "127.0.0.1", 0, **server) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        connection = await open_connection(
            f"ws://127.0.0.1:{port}/text-to-speech/ws?model=m",
            voice=ENGLISH,
            api_key=KEY,
            timeout=2.0,
            close_timeout=0.2,
            liveness_timeout=liveness_timeout,
            tuning=tuning or Socket(),
            ping_interval=ping_interval,
            on_lost=(lost if lost is not None else []).append,
        )
        try:
            yield connection
        finally:
            await connection.aclose()


async def collect(answer: Any) -> list[bytes]:
    pieces = []
    async with asyncio.timeout(2):
        while isinstance(event := await answer.next(), wire.Audio):
            pieces.append(event.data)
    return pieces


async def test_a_config_is_sent_once_for_each_different_voice() -> None:
    """It is sticky, and one sent again would flush."""
    server = Server([(audio(b"a"), FINAL)])
    async with opened(server) as connection:
        for voice in (ENGLISH, ENGLISH, HINDI, HINDI, ENGLISH):
            await connection.configure(voice)
        await collect(await connection.speak("x"))
        assert server.heard == ["config", "config", "config", "text", "flush"]
        assert connection.configs == 3


async def test_every_text_is_flushed_and_answers_come_in_its_order() -> None:
    """One `final` belongs to one flush, the oldest that has none."""
    server = Server([(audio(b"a"), audio(b"b"), FINAL), (FINAL,), (audio(b"c"), FINAL)])
    async with opened(server) as connection:
        await connection.configure(ENGLISH)
        answers = [await connection.speak(text) for text in ("x", "y", "z")]
        assert [await collect(answer) for answer in answers] == [[b"a", b"b"], [], [b"c"]]
        assert server.heard == ["config", *["text", "flush"] * 3]


@pytest.mark.parametrize("strays", [False, True])
async def test_a_final_of_a_repeated_config_is_not_taken_for_an_answer(strays: bool) -> None:
    """Whether the server sends one is not documented; both are right."""
    server = Server([(audio(b"a"), FINAL), (audio(b"b"), FINAL)], final_after_config=strays)
    async with opened(server) as connection:
        await connection.configure(ENGLISH)
        assert await collect(await connection.speak("x")) == [b"a"]
        await connection.configure(HINDI)
        assert await collect(await connection.speak("y")) == [b"b"]
        assert connection.alive


async def test_messages_that_nobody_asked_for_are_ignored() -> None:
    """Audio and `final` out of turn, pongs, and kinds of a later version."""
    unknown = json.dumps({"type": "metrics", "data": {}})
    extra = (FINAL, audio(b"late"), unknown, '{"type":"pong"}')
    server = Server([(unknown, audio(b"a"), FINAL, *extra), (audio(b"b"), FINAL)])
    async with opened(server) as connection:
        await connection.configure(ENGLISH)
        assert await collect(await connection.speak("x")) == [b"a"]
        assert await collect(await connection.speak("y")) == [b"b"]


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
async def test_a_failure_is_told_to_all_who_wait_and_to_the_owner_once(
    frames: tuple[str, ...], kind: type[SarvamError]
) -> None:
    """After an error frame no `final` comes, whatever the close code: nobody waits for it."""
    lost: list[Connection] = []
    async with opened(Server([frames]), lost=lost) as connection:
        await connection.configure(ENGLISH)
        answers = [await connection.speak("x"), await connection.speak("y")]
        for answer in answers:
            with pytest.raises(kind):
                await collect(answer)
        assert lost == [connection]
        assert not connection.alive
        assert type(connection.failure) is kind
        with pytest.raises(SarvamError):
            await connection.speak("z")


async def test_a_close_of_ours_is_no_loss() -> None:
    """Whoever still waits hears of it; the owner knows."""
    lost: list[Connection] = []
    async with opened(Server([]), lost=lost) as connection:
        await connection.configure(ENGLISH)
        answer = await connection.speak("x")
        await connection.aclose()
        with pytest.raises(ConnectionLost):
            await collect(answer)
        assert lost == []
        assert repr(connection).startswith(f"<Connection #{connection.serial} closed")


async def test_the_json_ping_is_sent_also_while_an_answer_is_awaited() -> None:
    """Sarvam's idle timer runs in a lease as well."""
    server = Server([])
    async with opened(server, ping_interval=0.02) as connection:
        await connection.configure(ENGLISH)
        await connection.speak("x")
        async with asyncio.timeout(2):
            while server.heard.count("ping") < 3:
                server.got.clear()
                await server.got.wait()


CHUNK = audio(bytes(60_000))
FLOOD = (*[CHUNK] * 200, FINAL)  # 12 MB of audio


async def settled(answer: Answer) -> int:
    """Bytes that wait in `answer` when no more come."""
    before = -1
    while answer._waiting != before:
        before = answer._waiting
        for _ in range(50):
            await asyncio.sleep(0.001)
    return before


async def test_an_answer_that_is_not_fetched_stops_the_reading() -> None:
    """The server has to wait and the memory does not grow. When it is fetched, all of it comes;
    meanwhile pings go out, another text is sent, and nobody takes the connection for dead."""
    lost: list[Connection] = []
    server = Server([FLOOD, (audio(b"a"), FINAL)])
    async with opened(server, lost=lost, ping_interval=0.02, liveness_timeout=0.05) as connection:
        await connection.configure(ENGLISH)
        answer = await connection.speak("x")
        assert await settled(answer) <= 256 * 1024 + 60_000
        next_answer = await connection.speak("y")
        assert await settled(next_answer) == 0
        assert connection.alive
        assert lost == []
        assert len(b"".join(await collect(answer))) == 200 * 60_000
        assert await collect(next_answer) == [b"a"]
        assert server.heard.count("ping") > 0


async def test_a_loop_that_was_held_up_takes_no_connection_for_dead() -> None:
    """The answer to its ping is there, and was not read yet."""
    lost: list[Connection] = []
    async with opened(
        Server([(audio(b"a"), FINAL)]), lost=lost, liveness_timeout=0.05
    ) as connection:
        await connection.configure(ENGLISH)
        answer = await connection.speak("x")
        await asyncio.sleep(0)
        time.sleep(0.2)  # noqa: ASYNC251 (this is the hold-up)
        assert await collect(answer) == [b"a"]
        assert lost == []
        assert connection.alive


async def test_a_slow_listener_holds_up_no_other_connection() -> None:
    """Each has its own reader."""
    async with opened(Server([FLOOD])) as slow, opened(Server([FLOOD])) as quick:
        for connection in (slow, quick):
            await connection.configure(ENGLISH)
        await settled(await slow.speak("x"))
        assert len(await collect(await quick.speak("y"))) == 200


async def test_a_connection_that_is_not_read_closes_in_time() -> None:
    """Its closing handshake has its own short limit; whoever waits hears of it at once."""
    async with opened(Server([FLOOD]), close_timeout=0.1) as connection:
        await connection.configure(ENGLISH)
        answer = await connection.speak("x")
        await settled(answer)
        began = asyncio.get_running_loop().time()
        closing = asyncio.create_task(connection.aclose())
        with pytest.raises(ConnectionLost):
            await collect(answer)
        await closing
        assert asyncio.get_running_loop().time() - began < 1.5


@pytest.mark.parametrize(
    "message",
    [
        audio(b""),
        '{"type":"x"}',
        '{"type":"pong"}',
        json.dumps({"type": "x", "data": "y" * 900_000}),
    ],
    ids=["empty audio", "unknown", "pongs", "large"],
)
async def test_a_connection_that_only_keeps_us_busy_is_lost(message: str) -> None:
    """Whoever waits fails at once, and so does the connection."""
    lost: list[Connection] = []
    async with opened(Server([(message,) * 1001]), lost=lost) as connection:
        await connection.configure(ENGLISH)
        answer = await connection.speak("x")
        with pytest.raises(ProviderFailed, match="too many messages"):
            await collect(answer)
        assert lost == [connection]
        assert not connection.alive


async def test_a_few_messages_without_audio_are_no_fault() -> None:
    """Each text begins the count again."""
    pongs = ('{"type":"pong"}',) * 600
    server = Server([(*pongs, audio(b"a"), FINAL), (*pongs, audio(b"b"), FINAL)])
    async with opened(server) as connection:
        await connection.configure(ENGLISH)
        assert await collect(await connection.speak("x")) == [b"a"]
        assert await collect(await connection.speak("y")) == [b"b"]


async def deaf(ws: ServerConnection) -> None:
    """Takes nothing from the network any more, as a peer whose machine is gone."""
    ws.transport.pause_reading()
    await ws.wait_closed()


async def test_a_peer_that_is_gone_without_a_word_is_noticed() -> None:
    """No PONG in time: the connection is lost, and is not handed out."""
    lost: list[Connection] = []
    tuning = Socket(ping_interval=0.03, ping_timeout=0.1)
    async with opened(deaf, lost=lost, tuning=tuning, close_timeout=0.1) as connection:
        answer = await connection.speak("x")
        with pytest.raises(ConnectionLost):
            await collect(answer)
        assert lost == [connection]
        assert not connection.alive


async def test_closing_does_not_wait_for_a_peer_that_is_gone() -> None:
    """The closing handshake has its own short limit."""
    async with opened(deaf, close_timeout=0.1) as connection:
        began = asyncio.get_running_loop().time()
        await connection.aclose()
        assert asyncio.get_running_loop().time() - began < 1.5


def answering(status: int, **headers: str) -> Callable[..., Response]:
    return lambda _ws, _request: Response(status, "No", Headers(headers), b"")


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (401, RequestRefused, "SARVAM_API_KEY"),
        (403, RequestRefused, "SARVAM_API_KEY"),
        (404, RequestRefused, "SARVAM_WS_URL"),
        (429, ProviderFailed, "429"),
        (503, ProviderFailed, "503"),
    ],
)
async def test_a_refused_handshake_says_what_to_do(
    status: int, kind: type[SarvamError], hint: str
) -> None:
    """By its status, with the name of the setting to look at."""
    with pytest.raises(kind, match=hint) as caught:
        async with opened(Server([]), process_request=answering(status)):
            pass
    assert getattr(caught.value, "status") == status  # noqa: B009


async def test_a_redirect_is_not_followed() -> None:
    """The key would go to whatever the answer names."""
    asked: list[Request] = []
    async with serve(
        Server([]), "127.0.0.1", 0, process_request=lambda _, request: asked.append(request)
    ) as other:
        port = next(iter(other.sockets)).getsockname()[1]
        redirect = answering(302, Location=f"ws://127.0.0.1:{port}/elsewhere")
        with pytest.raises(SarvamError, match="302"):
            async with opened(Server([]), process_request=redirect):
                pass
    assert asked == []


async def test_an_address_in_an_error_holds_no_password() -> None:
    """Where to, and nothing else of what an address may hold."""
    with pytest.raises(ConnectFailed, match=r"ws://127\.0\.0\.1:9/x: ") as caught:
        await open_connection(
            "ws://user:hidden@127.0.0.1:9/x?token=hidden",
            voice=ENGLISH,
            api_key=KEY,
            timeout=1.0,
            close_timeout=0.1,
            liveness_timeout=1.0,
            tuning=Socket(),
            ping_interval=60,
            on_lost=lambda _: None,
        )
    assert "hidden" not in repr(caught.value)


async def test_neither_key_nor_words_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Not even by the library below, with everything at DEBUG; nor are they in any repr."""
    caplog.set_level(logging.DEBUG)
    server = Server([(audio(b"a"), FINAL), (error(400, "bad text: My own words."),)])
    async with opened(server) as connection:
        await connection.configure(ENGLISH)
        await collect(await connection.speak("My own words."))
        answer = await connection.speak("My own words.")
        with pytest.raises(RequestRefused) as caught:
            await collect(answer)
        shown = repr(connection) + repr(caught.value) + str(caught.value) + repr(answer)
    for record in (record for record in caplog.records if record.name != "websockets.server"):
        shown += record.getMessage() + str(vars(record))
    assert KEY not in shown
    assert "own words" not in shown


class Deaf(ServerConnection):
    """A server's end that answers nothing after its handshake, nor a PING."""

    def data_received(self, data: bytes) -> None:
        """Once open, nothing that comes is read."""
        if self.protocol.state is not State.OPEN:
            super().data_received(data)


async def test_a_connection_without_a_sign_of_life_is_lost() -> None:
    """The text's answer fails long before the first audio is late."""
    lost: list[Connection] = []
    server = Server([])
    async with opened(server, lost=lost, liveness_timeout=0.05, create_connection=Deaf) as end:
        answer = await end.speak("Hello.")
        with pytest.raises(ConnectionLost, match="no sign of life"):
            await answer.next()
        assert lost == [end]
        assert not end.alive


async def test_a_slow_server_that_answers_pings_is_alive() -> None:
    """No audio for long is not the connection's fault."""
    server = Server([])
    async with opened(server, liveness_timeout=0.05) as end:
        answer = await end.speak("Hello.")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):
                await answer.next()
        assert end.alive
