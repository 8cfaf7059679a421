"""The stand-ins through the playground: what the page may read and change, and when it may."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from playground.server import create_app
from playground.settings import Settings
from sandbox.conditions import INSTANT, Fault
from sandbox.standin import StandIn, serve

Client = TestClient[Any, Any]
MakeSettings = Callable[..., Settings]


class Talker(StandIn):
    """A stand-in with a secret of its own."""

    name = "sarvam"
    default_latency = INSTANT.model_copy(update={"first_byte": 0.2})

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Nothing beside what all stand-ins have."""

    def describe(self) -> dict[str, Any]:
        """What callers said is in it, as in that of the language model."""
        return super().describe() | {"exchanges": ["I hurt my hand"]}


@pytest.fixture
def talker() -> Talker:
    """A stand-in at which one in ten replies is slow."""
    return Talker(faults=(Fault(kind="slow", probability=0.1),))


@pytest.fixture
async def tuned(
    make_settings: MakeSettings, installed: Path, talker: Talker
) -> AsyncIterator[Client]:
    """A client of a playground that the sandbox started; nobody listens for deepgram."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        silent = taken.getsockname()[1]
    async with serve(talker) as address:
        stand_ins = {"sarvam": address, "deepgram": f"127.0.0.1:{silent}"}
        app = create_app(make_settings(sandbox_stand_ins=stand_ins), root=installed)
        async with TestClient(TestServer(app)) as client:
            yield client


async def change(client: Client, body: Any, *, provider: str = "sarvam") -> tuple[int, Any]:
    """Post a change as the playground's own page; the status and the answer."""
    origin = {"Origin": f"http://{client.host}:{client.port}"}
    path = f"/api/stand-ins/{provider}"
    async with client.post(path, json=body, headers=origin) as response:
        return response.status, await response.json()


async def test_without_the_sandbox_nothing_can_be_tuned(client: Client) -> None:
    """A playground that was given no addresses has no such page, whatever is asked."""
    origin = {"Origin": f"http://{client.host}:{client.port}"}
    assert (await client.get("/api/stand-ins")).status == 404
    assert (await client.post("/api/stand-ins/sarvam", json={}, headers=origin)).status == 404


async def test_about_says_whether_anything_can_be_tuned(tuned: Client) -> None:
    """The page learns from `about` whether there is anything to ask."""
    assert (await (await tuned.get("/api/about")).json())["tunable"] == ["sarvam", "deepgram"]


async def test_delays_faults_and_counters_are_read(tuned: Client, talker: Talker) -> None:
    """They are shown without what was said; a stand-in that is away is shown as such."""
    talker.stats["connects"] = 3
    response = await tuned.get("/api/stand-ins")
    states = await response.json()
    assert response.headers["Cache-Control"] == "no-store"
    assert states["deepgram"] == {"error": "The stand-in of deepgram does not answer."}
    sarvam = states["sarvam"]
    assert sorted(sarvam) == ["faults", "initial", "latency", "stats"]
    assert sarvam["stats"] == {"connects": 3}
    assert sarvam["latency"]["first_byte"] == 0.2
    assert sarvam["faults"][0]["kind"] == "slow"


async def test_a_change_leaves_everything_else(tuned: Client, talker: Talker) -> None:
    """A delay or the faults change; what is left out stays, and the answer is the state now."""
    status, answer = await change(tuned, {"latency": {"first_byte": 0.5}})
    assert (status, answer["latency"]["first_byte"]) == (200, 0.5)
    assert talker.conditions.latency == INSTANT.model_copy(update={"first_byte": 0.5})
    assert [fault.kind for fault in talker.conditions.faults] == ["slow"]
    faults = [{"kind": "drop", "probability": 0.2, "code": 503, "times": 2}]
    assert (await change(tuned, {"faults": faults}))[0] == 200
    assert talker.conditions.faults == (Fault(kind="drop", probability=0.2, times=2),)
    assert talker.conditions.latency.first_byte == 0.5


async def test_the_initial_state_is_kept(tuned: Client) -> None:
    """Each answer has the state that the stand-in had at first, however often it was changed."""
    _, answer = await change(tuned, {"latency": {"first_byte": 1.0}, "faults": []})
    again = (await (await tuned.get("/api/stand-ins")).json())["sarvam"]
    for state in (answer, again):
        assert state["latency"]["first_byte"] == 1.0
        assert state["initial"]["latency"]["first_byte"] == 0.2
        assert [fault["kind"] for fault in state["initial"]["faults"]] == ["slow"]
    assert (await change(tuned, again["initial"]))[0] == 200
    back = (await (await tuned.get("/api/stand-ins")).json())["sarvam"]
    assert (back["latency"], back["faults"]) == (
        again["initial"]["latency"],
        again["initial"]["faults"],
    )


@pytest.mark.parametrize(
    "body",
    [{"options": {"script": ["x"]}}, {"reset_stats": True}, {"latency": 5}, [], "x"],
)
async def test_other_controls_do_not_pass(tuned: Client, talker: Talker, body: Any) -> None:
    """Delays and faults go through, in their form, and nothing else of `/_control`."""
    status, answer = await change(tuned, body)
    assert status == 400
    assert "do not fit" in answer["error"]
    assert talker.conditions.latency == Talker.default_latency


async def test_the_stand_ins_own_refusal_is_passed_on(tuned: Client) -> None:
    """Values out of bounds are refused by the stand-in, in its words."""
    status, answer = await change(tuned, {"latency": {"first_byte": -1}})
    assert status == 400
    assert "greater than or equal to 0" in answer["error"]


async def test_a_stand_in_that_is_away_is_an_error(tuned: Client) -> None:
    """A stand-in that does not answer is a 502; a provider without one is not found."""
    assert (await change(tuned, {}, provider="deepgram"))[0] == 502
    origin = {"Origin": f"http://{tuned.host}:{tuned.port}"}
    for provider in ("openai", "..%2f..", "127.0.0.1:80"):
        response = await tuned.post(f"/api/stand-ins/{provider}", json={}, headers=origin)
        assert response.status == 404


async def test_other_sites_change_nothing(tuned: Client, talker: Talker) -> None:
    """A page of another origin can neither post a change nor, under another name, read."""
    body = {"latency": {"first_byte": 9}}
    for headers in ({}, {"Origin": "http://evil.test"}):
        response = await tuned.post("/api/stand-ins/sarvam", json=body, headers=headers)
        assert response.status == 403
    assert (await tuned.get("/api/stand-ins", headers={"Host": "evil.test"})).status == 403
    assert talker.conditions.latency == Talker.default_latency


async def test_another_program_on_the_port_is_an_error(
    make_settings: MakeSettings, installed: Path
) -> None:
    """Another program that has a stand-in's port by now is no stand-in, and no crash."""

    async def odd(_: web.Request) -> web.Response:
        return web.json_response(["not", "a", "stand-in"])

    stranger = web.Application()
    stranger.router.add_get("/_stats", odd)
    async with TestServer(stranger) as server:
        at = {"sarvam": f"127.0.0.1:{server.port}"}
        app = create_app(make_settings(sandbox_stand_ins=at), root=installed)
        async with TestClient(TestServer(app)) as client:
            states = await (await client.get("/api/stand-ins")).json()
    assert states == {"sarvam": {"error": "The stand-in of sarvam does not answer."}}
