"""The tools of a real MCP server, on loopback, in a session."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from livekit.agents import Agent, AgentSession
from mcp.server import MCPServer

from agent.tools import GuardedTools
from agent.tools.mcp_servers import McpServer, mcp_toolsets
from agent.tools.mcp_toolset import McpToolset
from tests.support.tool_llm import Call, Piece, ToolLLM

TOKEN = "Bearer very-secret"


class Crm:
    """An MCP server, and what it was asked."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.authorizations: set[str | None] = set()
        self.mcp = MCPServer("crm", log_level="CRITICAL")
        self.mcp.tool()(self.find)
        self.mcp.tool()(self.fail)
        self.mcp.tool()(self.delete)

    async def find(self, name: str) -> str:
        """Find a customer."""
        self.found.append(name)
        return f"{name} is customer {len(self.found)}"

    async def fail(self) -> str:
        """Fail."""
        raise RuntimeError("no such table: customers")

    async def delete(self) -> str:
        """What no assistant should."""
        return "deleted"

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """Note the key, and serve."""
        if scope["type"] == "http":
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            self.authorizations.add(headers.get("authorization"))
        await self._served(scope, receive, send)

    @asynccontextmanager
    async def served(self, *, at: str = "/mcp") -> AsyncIterator[str]:
        """Its address while it runs."""
        app = self.mcp.streamable_http_app() if at == "/mcp" else self.mcp.sse_app()
        self._served = app
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            self.app, log_config=None, ws="none", interface="asgi3", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}{at}"
        finally:
            server.should_exit = True
            await serving
            listening.close()


class Desk(GuardedTools, Agent):
    """Has no tools of its own."""


def toolset(url: str, *names: str) -> McpToolset:
    server = McpServer.model_validate(
        {"url": url, "headers": {"Authorization": "env:T"}, "tools": names, "timeout": 5}
    )
    (made,) = mcp_toolsets([server], {"T": TOKEN})
    assert isinstance(made, McpToolset)
    return made


@asynccontextmanager
async def session_with(made: McpToolset, *answers: list[Piece]) -> AsyncIterator[Any]:
    llm = ToolLLM(*answers)
    async with AgentSession[None](llm=llm, tools=[made]) as session:
        await session.start(Desk(instructions=""))
        await made.connected()
        yield session, llm


@pytest.mark.parametrize("at", ["/mcp", "/sse"])
async def test_the_model_uses_the_servers_tools(at: str) -> None:
    """By both transports, with the key; the rules of all tools hold: once for a turn, Latin."""
    crm = Crm()
    find = Call("find", {"name": "Asha"})
    async with crm.served(at=at) as url:
        made = toolset(url, "find")
        calls: list[Piece] = [find, find, Call("find", {"name": "आशा"})]
        async with session_with(made, calls, ["Done."]) as (session, llm):
            await session.run(user_input="Please.")
            assert sorted(llm.results)[:2] == ["Asha is customer 1"] * 2
            assert sorted(llm.results)[2].startswith("Nothing was done: write name in Latin")
        assert crm.found == ["Asha"]
        assert crm.authorizations == {TOKEN}
        assert made.tools == []


async def test_only_the_named_tools_are_offered(caplog: pytest.LogCaptureFixture) -> None:
    """One that is named and not there is logged."""
    async with Crm().served() as url:
        made = toolset(url, "find", "gone")
        async with session_with(made):
            assert [tool.id for tool in made.tools] == ["find"]
    (record,) = (r for r in caplog.records if r.name == "agent.tools.mcp_toolset")
    assert vars(record)["missing"] == ["gone"]


async def test_a_tool_that_fails_there_is_an_error_for_the_model() -> None:
    """The server's own words."""
    async with Crm().served() as url:
        made = toolset(url, "fail")
        async with session_with(made, [Call("fail", {})], ["Sorry."]) as (session, llm):
            await session.run(user_input="Please.")
            (result,) = llm.results
            assert "fail" in result
            assert "Traceback" not in result


async def test_a_server_that_is_down_is_logged_and_the_call_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The session starts without it."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    made = toolset(f"http://127.0.0.1:{port}/mcp", "find")
    async with session_with(made, ["Hello."]) as (session, _):
        assert made.tools == []
        result = await session.run(user_input="Hello.")
        result.expect.next_event().is_message(role="assistant")
    warnings = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert [r.name for r in warnings] == ["agent.tools.mcp_toolset"]
    assert TOKEN not in caplog.text


async def test_a_server_that_accepts_and_says_nothing_holds_up_nobody() -> None:
    """The session has started, and closes, while it connects."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        made = toolset(f"http://127.0.0.1:{silent.getsockname()[1]}/mcp", "find")
        llm = ToolLLM(["Hello."])
        async with AgentSession[None](llm=llm, tools=[made]) as session:
            await session.start(Desk(instructions=""))
            await session.run(user_input="Hello.")
            assert made.tools == []


async def test_a_server_that_goes_down_in_mid_call_fails_its_tools_alone() -> None:
    """The model is to say so."""
    crm = Crm()
    async with crm.served() as url:
        made = toolset(url, "find")
        context = session_with(made, [Call("find", {"name": "A"})], ["Sorry."])
        session, llm = await context.__aenter__()
    await session.run(user_input="Please.")
    (result,) = llm.results
    assert result.startswith("The tool find failed")
    await context.__aexit__(None, None, None)


async def test_a_tool_with_an_endless_description_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It would be in each request of the call."""
    crm = Crm()
    crm.mcp.add_tool(crm.find, name="wordy", description="x" * 20_000)
    async with crm.served() as url:
        made = toolset(url, "find", "wordy")
        async with session_with(made):
            assert [tool.id for tool in made.tools] == ["find"]
    assert "its description is too long" in caplog.text
