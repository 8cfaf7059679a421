"""The server under every stand-in: `/_control`, `/_stats`, and the cost of the network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.account import Options
from sandbox.conditions import INSTANT, Fault, Latency
from sandbox.standin import StandIn, serve


class EchoOptions(Options):
    """Options of a provider."""

    loud: bool = False


class Echo(StandIn):
    """Answers every request at once, and records that it was closed."""

    name = "echo"
    default_latency = INSTANT
    options_type = EchoOptions

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.cancelled = asyncio.Event()
        self.is_closed = False

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/echo", self.echo)
        router.add_get("/wait", self.wait)

    async def echo(self, request: web.Request) -> web.Response:
        await self.arrive(request)
        self.stats["requests"] += 1
        return web.Response(text="echo")

    async def wait(self, request: web.Request) -> web.Response:
        try:
            await asyncio.Event().wait()
            return web.Response()
        finally:
            self.cancelled.set()

    async def aclose(self) -> None:
        self.is_closed = True


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client."""
    async with aiohttp.ClientSession() as session:
        yield session


async def control(http: aiohttp.ClientSession, address: str, **body: Any) -> tuple[int, Any]:
    """Status and answer of a `/_control` request."""
    async with http.post(f"http://{address}/_control", json=body) as response:
        return response.status, await response.json()


async def test_it_is_served_on_a_free_port_and_closed_at_the_end() -> None:
    """On loopback alone."""
    echo = Echo()
    async with serve(echo) as address, aiohttp.ClientSession() as http:
        assert address.startswith("127.0.0.1:")
        async with http.get(f"http://{address}/echo") as response:
            assert await response.text() == "echo"
        assert not echo.is_closed
    assert echo.is_closed


async def test_stats_name_the_provider_its_counters_and_its_conditions(
    http: aiohttp.ClientSession,
) -> None:
    """And that it is simulated."""
    fault = Fault(kind="drop", probability=0.5)
    async with serve(Echo(faults=(fault,))) as address:
        async with http.get(f"http://{address}/echo"):
            pass
        async with http.get(f"http://{address}/_stats") as response:
            answer = await response.json()
    assert answer == {
        "provider": "echo",
        "simulated": True,
        "stats": {"requests": 1},
        "latency": INSTANT.model_dump(),
        "faults": [fault.model_dump()],
        "options": {"loud": False},
        "log": [],
    }


async def test_control_changes_what_it_names_and_nothing_else(http: aiohttp.ClientSession) -> None:
    """One field of the latency changes alone; faults are replaced; counters can be reset."""
    echo = Echo(latency=Latency(round_trip=0.1, first_byte=0.3))
    echo.stats["requests"] = 7
    async with serve(echo) as address:
        status, answer = await control(
            http,
            address,
            latency={"round_trip": 0.2},
            faults=[{"kind": "slow"}],
            options={"loud": True},
            reset_stats=True,
            seed=3,
        )
        assert status == 200
        assert (answer["latency"]["round_trip"], answer["latency"]["first_byte"]) == (0.2, 0.3)
        assert [fault["kind"] for fault in answer["faults"]] == ["slow"]
        assert (answer["stats"], answer["options"]) == ({}, {"loud": True})
        _, answer = await control(http, address, faults=[])
        assert (answer["faults"], answer["latency"]["round_trip"]) == ([], 0.2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"latency": {"round_trip": -1}},
        {"latency": {"speed": 1}},
        {"faults": [{"kind": "explode"}]},
        {"options": {"quiet": True}},
        {"sun": "shines"},
    ],
)
async def test_an_invalid_control_request_is_refused_and_changes_nothing(
    http: aiohttp.ClientSession, wrong: dict[str, Any]
) -> None:
    """The answer has the reason."""
    echo = Echo()
    async with serve(echo) as address:
        before = echo.describe()
        status, answer = await control(http, address, **wrong, seed=1)
        assert status == 400
        assert answer["error"]
        assert echo.describe() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ],
)
async def test_foreign_pages_are_refused(
    http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    """A page in a browser on this machine sets no faults and reads nothing, not even under a name
    of its own that points here; its body may be text, which browsers send without asking first."""
    echo = Echo()
    async with serve(echo) as address:
        body = '{"faults": [{"kind": "drop"}]}'
        async with http.post(f"http://{address}/_control", data=body, headers=headers) as response:
            assert response.status == 403
        async with http.get(f"http://{address}/_stats", headers=headers) as response:
            assert response.status == 403
            assert "provider" not in await response.text()
    assert echo.conditions.faults == ()


async def test_programs_and_a_page_of_its_own_are_answered(http: aiohttp.ClientSession) -> None:
    """Programs send no origin."""
    async with serve(Echo()) as address:
        port = address.rpartition(":")[2]
        for host in (address, f"localhost:{port}"):
            for headers in ({"Host": host}, {"Host": host, "Origin": f"http://{host}"}):
                async with http.get(f"http://{address}/_stats", headers=headers) as response:
                    assert response.status == 200


async def test_a_connection_is_paid_for_once() -> None:
    """A new one costs the round trips of TCP and TLS; one that is kept does not."""
    latency = INSTANT.model_copy(update={"round_trip": 0.06})
    loop = asyncio.get_running_loop()
    took = []
    async with serve(Echo(latency=latency)) as address, aiohttp.ClientSession() as http:
        for _ in range(2):
            began = loop.time()
            async with http.get(f"http://{address}/echo") as response:
                await response.read()
            took.append(loop.time() - began)
    assert took[0] >= 0.15
    assert 0.03 <= took[1] < took[0]


async def test_a_handler_is_cancelled_when_its_client_leaves() -> None:
    """A provider stops its work then, too."""
    echo = Echo()
    async with serve(echo) as address, aiohttp.ClientSession() as http:
        with pytest.raises(TimeoutError):
            await http.get(f"http://{address}/wait", timeout=aiohttp.ClientTimeout(total=0.1))
        async with asyncio.timeout(5):
            await echo.cancelled.wait()
