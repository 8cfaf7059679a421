"""One connection on the virtual clock: pings, liveness checks, and when it stops reading."""

from __future__ import annotations

import asyncio

import pytest
from livekit.plugins.sarvam_pooled.errors import ConnectionLost, ProviderFailed
from livekit.plugins.sarvam_pooled.transport import wire
from livekit.plugins.sarvam_pooled.transport.connection import Connection

from tests.support import virtual_clock

from .scripted_server import ENGLISH, FINAL, PONG, audio, collect
from .scripted_socket import ScriptedSocket, scripted

CHUNK = audio(bytes(60_000))


def test_the_json_ping_is_sent_also_while_a_response_is_awaited() -> None:
    """Sarvam's idle timer runs in a lease as well."""

    async def work() -> list[float]:
        socket = ScriptedSocket()
        async with scripted(socket) as connection:
            await connection.configure(ENGLISH)
            await asyncio.sleep(20)
            await connection.send_text("x")
            await asyncio.sleep(41)
        return [at for at, frame in socket.sent if frame == wire.PING]

    assert virtual_clock.run(work()) == [15, 30, 45, 60]


@pytest.mark.parametrize("is_stuck", [False, True], ids=["no PONG", "PING does not leave"])
def test_a_connection_without_a_sign_of_life_is_lost(is_stuck: bool) -> None:
    """The text's response fails long before the first audio is late."""

    async def work() -> float:
        lost: list[Connection] = []
        async with scripted(
            ScriptedSocket(pong_after=None, is_stuck=is_stuck), lost=lost
        ) as connection:
            response = await connection.send_text("x")
            with pytest.raises(ConnectionLost, match=r"no sign of life within 0\.75 s"):
                await response.next()
            assert lost == [connection]
            assert not connection.alive
        assert lost == [connection]
        return asyncio.get_running_loop().time()

    assert virtual_clock.run(work()) == pytest.approx(0.75)


def test_a_slow_server_that_answers_pings_is_alive() -> None:
    """No audio for long is not the connection's fault."""

    async def work() -> None:
        async with scripted(ScriptedSocket(pong_after=0.7)) as connection:
            response = await connection.send_text("x")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(60):
                    await response.next()
            assert connection.alive

    virtual_clock.run(work())


def test_any_message_is_a_sign_of_life() -> None:
    """A server that sends audio is not dead, whatever becomes of its PONG."""

    async def work() -> None:
        socket = ScriptedSocket(pong_after=None)
        async with scripted(socket) as connection:
            response = await connection.send_text("x")
            asyncio.get_running_loop().call_later(0.7, socket.gives, audio(b"a"), FINAL)
            assert await collect(response) == [b"a"]
            await asyncio.sleep(10)
            assert connection.alive

    virtual_clock.run(work())


def test_one_liveness_check_runs_at_a_time() -> None:
    """A config and its text need one PING; a later text needs its own."""

    async def work() -> list[int]:
        socket, pings = ScriptedSocket(), []
        async with scripted(socket) as connection:
            await connection.configure(ENGLISH)
            for _ in range(2):
                await connection.send_text("x")
                await asyncio.sleep(1)
                pings.append(len(socket.pings))
        return pings

    assert virtual_clock.run(work()) == [1, 2]


def test_a_loop_that_was_held_up_takes_no_connection_for_dead() -> None:
    """The PONG has come, and is read a few steps later."""

    async def work() -> None:
        socket = ScriptedSocket(pong_after=None)
        async with scripted(socket) as connection:
            await connection.send_text("x")
            await asyncio.sleep(0.01)
            virtual_clock.hold_up(2.0)
            asyncio.get_running_loop().call_later(0.01, socket.pings[0].set_result, 0.04)
            await asyncio.sleep(10)
            assert connection.alive

    virtual_clock.run(work())


@pytest.mark.parametrize("held_up", [0.06, 0.3, 2.0])
def test_a_loop_that_is_always_late_does_not_keep_a_dead_connection(held_up: float) -> None:
    """It is lost after one extension."""

    async def hold_up_always() -> None:
        while True:
            virtual_clock.hold_up(held_up)
            await asyncio.sleep(0.001)

    async def work() -> float:
        async with scripted(ScriptedSocket(pong_after=None)) as connection:
            response = await connection.send_text("x")
            busy = asyncio.create_task(hold_up_always())
            with pytest.raises(ConnectionLost, match="no sign of life"):
                await response.next()
            busy.cancel()
            return asyncio.get_running_loop().time()

    assert virtual_clock.run(work()) <= 0.75 + 3 * held_up + 0.06


def test_a_response_that_is_not_fetched_stops_the_reading() -> None:
    """The server has to wait, and memory does not grow. Meanwhile pings go out, another text is
    sent, and the connection is not taken for dead; a response that is fetched comes whole."""

    async def work() -> None:
        socket = ScriptedSocket(pong_after=None)
        socket.gives(*[CHUNK] * 200, FINAL, audio(b"a"), FINAL)
        async with scripted(socket) as connection:
            response = await connection.send_text("x")
            next_response = await connection.send_text("y")
            await asyncio.sleep(20)
            # 5 messages of 60 kB are more than 256 KB.
            assert socket.incoming.qsize() == 203 - 5
            assert socket.sent[-1] == (15, wire.PING)
            assert connection.alive
            assert await collect(response) == [bytes(60_000)] * 200
            assert await collect(next_response) == [b"a"]

    virtual_clock.run(work())


def test_a_full_response_that_fails_gives_what_had_come() -> None:
    """Closing does not wait for the response to be fetched."""

    async def work() -> None:
        socket = ScriptedSocket()
        socket.gives(*[CHUNK] * 200)
        async with scripted(socket) as connection:
            response = await connection.send_text("x")
            await asyncio.sleep(1)
        for _ in range(5):
            await response.next()
        with pytest.raises(ConnectionLost, match="was closed"):
            await response.next()

    virtual_clock.run(work())


def test_a_connection_that_only_keeps_us_busy_is_lost() -> None:
    """The response fails at once, and so does the connection; nothing more is read."""

    async def work() -> None:
        socket, lost = ScriptedSocket(), []
        async with scripted(socket, lost=lost) as connection:
            response = await connection.send_text("x")
            socket.gives(*[PONG] * 5000)
            with pytest.raises(ProviderFailed, match="too many messages"):
                await response.next()
            assert lost == [connection]
            assert not connection.alive
            assert socket.incoming.qsize() == 5000 - 1001

    virtual_clock.run(work())


def test_many_messages_that_came_together_do_not_hold_up_the_loop() -> None:
    """After 50 of them other tasks run."""

    async def work() -> list[int]:
        socket = ScriptedSocket()
        async with scripted(socket) as connection:
            await connection.send_text("x")
            socket.gives(*[audio(b"a")] * 200)
            waiting = []
            for _ in range(4):
                await asyncio.sleep(0)
                waiting.append(socket.incoming.qsize())
        return waiting

    assert virtual_clock.run(work()) == [150, 100, 50, 0]


def test_neither_unknown_nor_unexpected_messages_end_a_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """They are logged by their kind alone, as they may hold a caller's words."""
    caplog.set_level("DEBUG")

    async def work() -> None:
        socket = ScriptedSocket()
        async with scripted(socket) as connection:
            await connection.configure(ENGLISH)
            socket.gives(
                '{"type":"metrics","data":{"text":"My own words."}}', audio(b"late"), FINAL
            )
            await asyncio.sleep(1)
            assert connection.alive

    virtual_clock.run(work())
    ignored = [record for record in caplog.records if record.message == "a message was ignored"]
    assert [vars(record)["kind"] for record in ignored] == ["metrics", "Audio", "Complete"]
    assert "own words" not in caplog.text
