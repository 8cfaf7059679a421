"""Serving several stand-ins at once."""

from __future__ import annotations

import socket

import aiohttp
import pytest
from aiohttp import web

from sandbox import serve
from sandbox.conditions import Fault, Latency
from sandbox.stack import BringUpError
from sandbox.stack.environment import PROVIDERS
from sandbox.standin import StandIn


class Quiet(StandIn):
    """A provider without routes."""

    name = "quiet"
    default_latency = Latency(first_byte=7)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """It has none."""


def test_every_provider_has_a_stand_in() -> None:
    """Each provider of the environment table can be served."""
    assert tuple(serve.CLASSES) == PROVIDERS


def test_a_stand_in_keeps_its_own_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in keeps its own latency but for the fields that are named."""
    monkeypatch.setitem(serve.CLASSES, "sarvam", (__name__, "Quiet"))
    monkeypatch.setattr(
        serve, "import_module", lambda _: __import__("types").SimpleNamespace(Quiet=Quiet)
    )
    fault = Fault(kind="drop")
    stand_in = serve.make("sarvam", latency={"round_trip": 0.5}, faults=(fault,))
    assert stand_in.conditions.latency == Latency(first_byte=7, round_trip=0.5)
    assert stand_in.conditions.faults == (fault,)


async def test_each_stand_in_answers_at_its_own_address() -> None:
    """And no longer afterwards."""
    async with aiohttp.ClientSession() as session:
        async with serve.serve_all({"a": Quiet(), "b": Quiet()}, {}) as addresses:
            assert list(addresses) == ["a", "b"]
            for address in addresses.values():
                async with session.get(f"http://{address}/_stats") as response:
                    assert (await response.json())["provider"] == "quiet"
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"http://{addresses['a']}/_stats")


async def test_a_port_in_use_stops_all_stand_ins() -> None:
    """A taken port is named, and the stand-ins already served go down."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(BringUpError, match=rf"port {port} \(b stand-in\) is in use"):
            async with serve.serve_all({"a": Quiet(), "b": Quiet()}, {"b": port}):
                pass


def test_ports_count_up_are_free_or_set_for_one_provider() -> None:
    """A first port is counted from, 0 frees all, and one provider's is its own."""
    default = {"sarvam": 1, "deepgram": 2, "openai": 3, "cartesia": 4}
    assert serve.parse_ports([], default) == default
    assert serve.parse_ports(["100"], default) == dict(zip(PROVIDERS, range(100, 104), strict=True))
    assert set(serve.parse_ports(["0"], default).values()) == {0}
    assert serve.parse_ports(["openai=9", "deepgram=0"], default) == default | {
        "openai": 9,
        "deepgram": 0,
    }


@pytest.mark.parametrize("flag", ["", "a", "sarvam=", "other=1", "65536", "-1", "=1", "65534"])
def test_an_invalid_port_is_repeated(flag: str) -> None:
    """Also an unknown provider."""
    with pytest.raises(ValueError, match=f"--port {flag}: "):
        serve.parse_ports([flag], {})
