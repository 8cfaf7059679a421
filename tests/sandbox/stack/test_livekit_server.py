"""The LiveKit server: which one, and that livekit.yaml is one it accepts."""

from __future__ import annotations

import os
from pathlib import Path

import aiohttp
import pytest
import yaml
from livekit import api

from sandbox.stack import livekit_server, ports
from sandbox.stack.errors import BringUpError
from sandbox.stack.livekit_binary import ROOT, VERSION
from sandbox.stack.processes import children

NAMED = {
    "LIVEKIT_URL": "wss://example.livekit.cloud",
    "LIVEKIT_API_KEY": "key",
    "LIVEKIT_API_SECRET": "secret",
}


def script(path: Path, text: str) -> Path:
    """A program of a few lines of shell."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_server_of_ones_own() -> None:
    """A LIVEKIT_URL is used with its key and secret, and the secret is not shown."""
    chosen = livekit_server.chosen(NAMED, ports.free())
    assert (chosen.url, chosen.api_key, chosen.api_secret) == tuple(NAMED.values())
    assert not chosen.local
    assert "secret" not in repr(chosen)


def test_server_on_this_machine() -> None:
    """Without a LIVEKIT_URL, keys of another server that lie about are not used."""
    free = ports.free()
    chosen = livekit_server.chosen(NAMED | {"LIVEKIT_URL": ""}, free)
    assert chosen.local
    assert chosen.url == f"ws://127.0.0.1:{free.livekit}"
    assert (chosen.api_key, chosen.api_secret) == (
        livekit_server.DEVELOPMENT_KEY,
        livekit_server.DEVELOPMENT_SECRET,
    )


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
    ],
)
def test_half_a_server(change: dict[str, str], message: str) -> None:
    """A URL without its key, its secret or its form is one line that says what is missing."""
    with pytest.raises(BringUpError, match=message):
        livekit_server.chosen(NAMED | change, ports.free())


def test_no_program(tmp_path: Path) -> None:
    """Without a program, or with a wrong LIVEKIT_SERVER, the ways to get one are told."""
    with pytest.raises(BringUpError, match=r"`make run` builds one.*LIVEKIT_URL"):
        livekit_server.binary({"PATH": ""}, tmp_path)
    with pytest.raises(BringUpError, match="LIVEKIT_SERVER=/nowhere"):
        livekit_server.binary({"LIVEKIT_SERVER": "/nowhere"}, tmp_path)


def test_version_of_a_program(tmp_path: Path) -> None:
    """The version is the program's own word; what is no livekit-server is refused."""
    good = script(tmp_path / "good", "echo livekit-server version 1.99.0")
    assert livekit_server.version(good) == "1.99.0"
    with pytest.raises(BringUpError, match="is no livekit-server"):
        livekit_server.version(script(tmp_path / "other", "echo hello"))
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF half a download")
    broken.chmod(0o755)
    with pytest.raises(BringUpError, match="cannot be run"):
        livekit_server.version(broken)


def test_keys_are_those_of_the_file() -> None:
    """The server that is started here and one started by hand with livekit.yaml share their key."""
    configuration = yaml.safe_load((ROOT / "livekit.yaml").read_text())
    assert configuration["keys"] == {
        livekit_server.DEVELOPMENT_KEY: livekit_server.DEVELOPMENT_SECRET
    }
    assert len(livekit_server.DEVELOPMENT_SECRET) >= 32


async def test_livekit_yaml_is_accepted(tmp_path: Path) -> None:
    """The real server takes livekit.yaml, listens on the chosen ports and knows the key."""
    chosen_ports = ports.free()
    livekit = livekit_server.chosen({}, chosen_ports)
    async with children(tmp_path) as started, aiohttp.ClientSession() as session:
        found = await livekit_server.start(
            started, session, livekit, chosen_ports, environment=os.environ
        )
        assert found == VERSION
        (child,) = started.running
        assert not ports.is_free(chosen_ports.rtc_udp, udp=True)
        assert not ports.is_free(chosen_ports.rtc_tcp)
        async with api.LiveKitAPI(
            livekit.url, livekit.api_key, livekit.api_secret, session=session
        ) as server:
            room = await server.room.create_room(api.CreateRoomRequest(name="a-room"))
        assert (room.empty_timeout, room.departure_timeout, room.max_participants) == (60, 10, 4)
        codecs = [codec.mime for codec in room.enabled_codecs]
        assert codecs == ["audio/opus", "audio/red", "video/VP8"]
    assert child.process.returncode == 0
    log = child.log.read_text()
    assert "ERROR" not in log
    assert "WARN" not in log
