"""The LiveKit server: which one, and that livekit.yaml is one it accepts."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import aiohttp
import psutil
import pytest
import yaml
from livekit import api

from sandbox.stack import BringUpError, livekit_server, ports
from sandbox.stack.livekit_binary import ROOT, VERSION
from sandbox.stack.processes import children

NAMED = {
    "LIVEKIT_URL": "wss://example.livekit.cloud",
    "LIVEKIT_API_KEY": "key",
    "LIVEKIT_API_SECRET": "a-secret-of-that-server-alone-0123",
}


def script(path: Path, text: str) -> Path:
    """A program of a few lines of shell."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_server_at_livekit_url_is_used_with_its_key() -> None:
    """A LIVEKIT_URL is used with its key and secret, and the secret is not shown."""
    chosen = livekit_server.chosen(NAMED, ports.free())
    assert (chosen.url, chosen.api_key, chosen.api_secret) == tuple(NAMED.values())
    assert not chosen.local
    assert NAMED["LIVEKIT_API_SECRET"] not in repr(chosen)


def test_a_local_server_gets_a_new_key_pair() -> None:
    """Without a LIVEKIT_URL, keys of another server that lie about are not used: each server has
    a pair of its own."""
    free = ports.free()
    servers = [livekit_server.chosen(NAMED | {"LIVEKIT_URL": ""}, free) for _ in range(2)]
    for chosen in servers:
        assert chosen.local
        assert chosen.url == f"ws://127.0.0.1:{free.livekit}"
    parts = {NAMED["LIVEKIT_API_KEY"], NAMED["LIVEKIT_API_SECRET"]}
    parts |= {part for each in servers for part in (each.api_key, each.api_secret)}
    assert len(parts) == 6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"LIVEKIT_API_KEY": ""}, "so LIVEKIT_API_KEY of that server must be set too"),
        (
            {"LIVEKIT_API_KEY": "", "LIVEKIT_API_SECRET": " "},
            "so LIVEKIT_API_KEY and LIVEKIT_API_SECRET of that server",
        ),
        ({"LIVEKIT_URL": "example.com"}, "LIVEKIT_URL must be written as"),
        ({"LIVEKIT_URL": "ws://"}, "LIVEKIT_URL must be written as"),
        ({"LIVEKIT_URL": "ws://host:port"}, "LIVEKIT_URL must be written as"),
        ({"LIVEKIT_URL": "ws://[host"}, "LIVEKIT_URL must be written as"),
        ({"LIVEKIT_URL": "ws://example.com"}, "LIVEKIT_URL must begin with wss://"),
        ({"LIVEKIT_URL": "wss://a:word@h"}, "^LIVEKIT_URL must have no user name and password"),
        ({"LIVEKIT_API_SECRET": "secret"}, "LIVEKIT_API_SECRET is published"),
    ],
)
def test_an_incomplete_server_is_one_line_that_says_what_is_missing(
    change: dict[str, str], message: str
) -> None:
    """A URL without its key, its secret or its form is one line that says what is missing."""
    with pytest.raises(BringUpError, match=message):
        livekit_server.chosen(NAMED | change, ports.free())


def test_without_a_program_the_ways_to_get_one_are_shown(tmp_path: Path) -> None:
    """Also with a wrong LIVEKIT_SERVER."""
    with pytest.raises(BringUpError, match=r"`make run` builds one.*LIVEKIT_URL"):
        livekit_server.binary({"PATH": ""}, tmp_path)
    with pytest.raises(BringUpError, match="LIVEKIT_SERVER=/nowhere"):
        livekit_server.binary({"LIVEKIT_SERVER": "/nowhere"}, tmp_path)


def test_the_version_is_read_from_the_program(tmp_path: Path) -> None:
    """A program that is not a livekit-server is refused."""
    good = script(tmp_path / "good", "echo livekit-server version 1.99.0")
    assert livekit_server.version(good) == "1.99.0"
    with pytest.raises(BringUpError, match="is not a livekit-server"):
        livekit_server.version(script(tmp_path / "other", "echo hello"))
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF half a download")
    broken.chmod(0o755)
    with pytest.raises(BringUpError, match="cannot be run"):
        livekit_server.version(broken)


def test_no_keys_in_the_file() -> None:
    """Keys in git are public."""
    assert "keys" not in yaml.safe_load((ROOT / "livekit.yaml").read_text())


async def test_the_real_server_accepts_livekit_yaml(tmp_path: Path) -> None:
    """The real server takes livekit.yaml, listens on loopback alone and knows the key."""
    chosen_ports = ports.free()
    livekit = livekit_server.chosen({}, chosen_ports)
    async with children(tmp_path) as started, aiohttp.ClientSession() as session:
        found = await livekit_server.start(
            started, session, livekit, chosen_ports, environment=os.environ
        )
        assert found == VERSION
        (child,) = started.running
        assert not ports.is_free(chosen_ports.rtc_udp, udp=True)
        assert await asyncio.to_thread(listening, child.process.pid) == {
            f"127.0.0.1:{chosen_ports.livekit}",
            f"127.0.0.1:{chosen_ports.rtc_udp}",
        }
        async with api.LiveKitAPI(
            livekit.url, livekit.api_key, livekit.api_secret, session=session
        ) as server:
            room = await server.room.create_room(api.CreateRoomRequest(name="a-room"))
        assert (room.empty_timeout, room.departure_timeout, room.max_participants) == (60, 10, 4)
        codecs = [codec.mime for codec in room.enabled_codecs]
        assert codecs == ["audio/opus", "audio/red", "video/VP8"]
    assert child.process.returncode == 0
    log = child.log.read_text()
    assert livekit.api_secret not in log
    assert "ERROR" not in log
    assert "WARN" not in log


async def test_a_web_page_cannot_use_the_server(tmp_path: Path) -> None:
    """The server lets every origin ask, so what it answers depends on the pair: without this
    server's own, not even with one that was public, a page gets 401 from the API and the socket."""
    chosen_ports = ports.free()
    livekit = livekit_server.chosen({}, chosen_ports)
    guesses = [
        ("devkey", "a-secret-for-this-machine-only-0000"),
        (livekit.api_key, "a-secret-for-this-machine-only-0000"),
    ]
    async with children(tmp_path) as started, aiohttp.ClientSession() as session:
        await livekit_server.start(started, session, livekit, chosen_ports, environment=os.environ)
        for key, secret in guesses:
            assert await asked_by_a_page(session, livekit.url, key, secret) == (401, 401)
        own = await asked_by_a_page(session, livekit.url, livekit.api_key, livekit.api_secret)
        assert own == (200, 101)


async def asked_by_a_page(
    session: aiohttp.ClientSession, url: str, key: str, secret: str
) -> tuple[int, int]:
    """The statuses of listing rooms and of joining one, both from a page of another origin."""
    grants = api.VideoGrants(room_list=True, room_join=True, room="drive-by")
    token = api.AccessToken(key, secret).with_identity("page").with_grants(grants).to_jwt()
    headers = {"Origin": "https://evil.example"}
    http = url.replace("ws:", "http:")
    async with session.post(
        f"{http}/twirp/livekit.RoomService/ListRooms",
        json={},
        headers=headers | {"Authorization": f"Bearer {token}"},
    ) as listed:
        pass
    try:
        async with session.ws_connect(f"{url}/rtc?access_token={token}", headers=headers):
            return listed.status, 101
    except aiohttp.WSServerHandshakeError as error:
        return listed.status, error.status


async def test_the_server_does_not_start_without_a_pair(tmp_path: Path) -> None:
    """By hand, with the file alone: it says so and ends (with 0), and nobody can use it."""
    process = await asyncio.create_subprocess_exec(
        livekit_server.binary(os.environ),
        *("--config", ROOT / "livekit.yaml", "--port", str(ports.free().livekit)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={"PATH": os.environ["PATH"]},
    )
    said, _ = await asyncio.wait_for(process.communicate(), timeout=20)
    assert b"one of key-file or keys must be provided" in said


def listening(pid: int) -> set[str]:
    """Where a process listens, over TCP and UDP, as `address:port`."""
    return {
        f"{each.laddr.ip}:{each.laddr.port}"
        for each in psutil.Process(pid).net_connections("inet")
        if each.status in (psutil.CONN_LISTEN, psutil.CONN_NONE)
    }
