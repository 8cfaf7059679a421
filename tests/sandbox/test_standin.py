"""The base of every stand-in: routes, `/_control`, `/_stats`, and the cost of the network."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from sandbox.conditions import INSTANT, Fault, Latency
from sandbox.standin import StandIn, serve


class Echo(StandIn):
    """Answers every request after its way here, and remembers that it was closed."""

    name = "echo"
    default_latency = INSTANT
    cancel_on_disconnect = True

    def __init__(self, **options):
        super().__init__(**options)
        self.options = {}
        self.cancelled = asyncio.Event()
        self.is_closed = False

    def add_routes(self, router):
        router.add_get("/echo", self.echo)
        router.add_get("/wait", self.wait)

    def set_options(self, options):
        if unknown := options.keys() - {"loud"}:
            raise ValueError(f"no such options: {unknown}")
        self.options |= options

    async def echo(self, request):
        await self.arrive(request)
        self.stats["requests"] += 1
        return web.Response(text="echo")

    async def wait(self, request):
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()

    async def aclose(self):
        self.is_closed = True


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


async def control(http, address, **body):
    async with http.post(f"http://{address}/_control", json=body) as response:
        return response.status, await response.json()


async def test_served_and_closed():
    """A stand-in is served on a free port of loopback and released at the end."""
    echo = Echo()
    async with serve(echo) as address, aiohttp.ClientSession() as http:
        assert address.startswith("127.0.0.1:")
        async with http.get(f"http://{address}/echo") as response:
            assert await response.text() == "echo"
        assert not echo.is_closed
    assert echo.is_closed


async def test_stats(http):
    """`/_stats` tells who answers, that it is simulated, what happened, and the weather."""
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
    }


async def test_control_changes_what_it_names(http):
    """A field of the latency changes alone; faults are replaced; counters can be reset."""
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
        assert (answer["stats"], echo.options) == ({}, {"loud": True})
        _, answer = await control(http, address, faults=[])
        assert (answer["faults"], answer["latency"]["round_trip"]) == ([], 0.2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"latency": {"round_trip": -1}},
        {"latency": {"speed": 1}},
        {"faults": [{"kind": "explode"}]},
        {"options": {"quiet": True}},
        {"weather": "fine"},
    ],
)
async def test_wrong_control(http, wrong):
    """What does not fit is refused with a reason, and nothing changes."""
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
async def test_other_pages_are_refused(http, headers):
    """A page in a browser on this machine sets no faults and reads nothing, not even under a name
    of its own that leads here; and its body may come as text, which browsers send unasked."""
    echo = Echo()
    async with serve(echo) as address:
        body = '{"faults": [{"kind": "drop"}]}'
        async with http.post(f"http://{address}/_control", data=body, headers=headers) as response:
            assert response.status == 403
        async with http.get(f"http://{address}/_stats", headers=headers) as response:
            assert response.status == 403
            assert "provider" not in await response.text()
    assert echo.conditions.faults == ()


async def test_own_page_and_programs_are_answered(http):
    """A page of the stand-in's own address, if there were one, and whatever sends no origin."""
    async with serve(Echo()) as address:
        port = address.rpartition(":")[2]
        for host in (address, f"localhost:{port}"):
            for headers in ({"Host": host}, {"Host": host, "Origin": f"http://{host}"}):
                async with http.get(f"http://{address}/_stats", headers=headers) as response:
                    assert response.status == 200


async def test_provider_without_options(http):
    """A stand-in without options of its own says so."""

    class Plain(Echo):
        set_options = StandIn.set_options

    async with serve(Plain()) as address:
        status, answer = await control(http, address, options={"loud": True})
    assert (status, answer["error"]) == (400, "echo has no such options: loud")


async def test_connection_is_paid_once():
    """A new connection costs TCP and TLS as well; one that is kept does not."""
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


async def test_handler_ends_with_its_client():
    """With `cancel_on_disconnect` a handler is cancelled when its client leaves."""
    echo = Echo()
    async with serve(echo) as address, aiohttp.ClientSession() as http:
        with pytest.raises(TimeoutError):
            await http.get(f"http://{address}/wait", timeout=aiohttp.ClientTimeout(total=0.1))
        async with asyncio.timeout(5):
            await echo.cancelled.wait()
