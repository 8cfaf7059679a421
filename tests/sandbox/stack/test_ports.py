"""Ports: the usual ones, free ones, and the word about one that is taken."""

from __future__ import annotations

import socket

import pytest

from sandbox.stack import BringUpError, ports
from sandbox.stack.ports import RequiredPort


def test_each_part_has_its_usual_port() -> None:
    """Without any variable, each part has its usual port."""
    usual = ports.fixed({})
    assert (usual.livekit, usual.rtc_udp) == (7880, 7882)
    assert (usual.playground, usual.worker) == (7900, 8081)
    assert usual.stand_ins == {"sarvam": 7901, "deepgram": 7902, "openai": 7903, "cartesia": 7904}


def test_each_port_follows_its_variable() -> None:
    """Each port follows its variable; media and stand-ins are counted from the first."""
    moved = ports.fixed(
        {
            "LIVEKIT_PORT": "17880",
            "PLAYGROUND_PORT": "1",
            "SANDBOX_PORT": "2000",
            "METRICS_PORT": " 9000 ",
        }
    )
    assert (moved.livekit, moved.rtc_udp) == (17880, 17882)
    assert (moved.playground, moved.worker) == (1, 9000)
    assert list(moved.stand_ins.values()) == [2000, 2001, 2002, 2003]


@pytest.mark.parametrize("text", ["-1", "65535", "80a", "٨٠", "1e3"])
def test_an_invalid_port_is_refused_with_the_variables_name(text: str) -> None:
    """Also one that leaves no room for the others."""
    with pytest.raises(BringUpError, match="PLAYGROUND_PORT must be a port"):
        ports.fixed({"PLAYGROUND_PORT": text})


def test_zero_is_a_free_port_for_a_single_part() -> None:
    """0 is a free port where one port is meant, and refused where others are counted from it."""
    assert ports.fixed({"PLAYGROUND_PORT": "0"}).playground > 0
    assert ports.fixed({"METRICS_PORT": "0"}).worker > 0
    for name in ("LIVEKIT_PORT", "SANDBOX_PORT"):
        with pytest.raises(BringUpError, match=f"{name} must be a port from 1"):
            ports.fixed({name: "0"})


def test_free_ports_are_all_different() -> None:
    """Free ports are all different and can be listened on."""
    free = ports.free()
    chosen = [free.livekit, free.playground, free.worker, *free.stand_ins.values()]
    assert len(set(chosen)) == len(chosen)
    assert all(ports.is_free(port) for port in chosen)
    assert ports.is_free(free.rtc_udp, udp=True)


def test_a_machine_without_ipv4_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose loopback has only IPv6 gets one line."""
    monkeypatch.setattr(ports, "HOST", "192.0.2.1")
    with pytest.raises(BringUpError, match=r"^nothing can listen on 192\.0\.2\.1 \(.*needs IPv4"):
        ports.fixed({})


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_in_use_is_reported_with_its_owner_and_variable(kind: socket.SocketKind) -> None:
    """A taken port is reported with its owner and the variable that moves it, a free one is not."""
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind((ports.HOST, 0))
        udp = kind == socket.SOCK_DGRAM
        if not udp:
            holder.listen()
        port = holder.getsockname()[1]
        wanted = RequiredPort(port=port, owner="playground", setting="PLAYGROUND_PORT", udp=udp)
        with pytest.raises(BringUpError) as caught:
            ports.require_free([wanted])
    assert f"port {port} (playground) is in use" in str(caught.value)
    assert "set PLAYGROUND_PORT to another port" in str(caught.value)
    ports.require_free([wanted])


def test_all_taken_ports_at_once() -> None:
    """All ports in use are in one message, a line each."""
    with socket.create_server((ports.HOST, 0)) as one, socket.create_server((ports.HOST, 0)) as two:
        wanted = [
            RequiredPort(port=each.getsockname()[1], owner=f"part {index}", setting="X")
            for index, each in enumerate((one, two))
        ]
        with pytest.raises(BringUpError) as caught:
            ports.require_free(wanted)
    assert [line.split("(")[1][:6] for line in str(caught.value).splitlines()] == [
        "part 0",
        "part 1",
    ]


def test_port_of_a_server_that_just_ended() -> None:
    """A port whose last connection lingers in TIME_WAIT counts as free."""
    with socket.create_server((ports.HOST, 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection((ports.HOST, port))
        accepted, _ = server.accept()
        # The side that closes first is the one that lingers.
        accepted.close()
        client.close()
    assert ports.is_free(port)
