"""The tools of one MCP server in one call, through LiveKit's client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Self
from urllib.parse import urlsplit

from livekit.agents.llm import RawFunctionTool, Tool, ToolError, Toolset
from livekit.agents.llm.mcp import MCPServerHTTP, MCPToolResultContext, MCPToolset
from pydantic_core import to_json

from .guard import Guards

logger = logging.getLogger(__name__)

MAX_SCHEMA: Final = 16_000
"""Bytes of a tool's description and schema. The model reads them in each request."""
_CLOSE_TIMEOUT: Final = 2.0
"""Seconds to end the connection; a server that is down does not answer."""


class McpToolset(Toolset):
    """Connects while the call goes on. A server that is down, or goes down, is logged, and the call
    goes on without its tools.

    Args:
        url: The server's address.
        headers: They may hold keys: they are in no log and no `repr`.
        tools: Names of the tools that may be used.
        timeout: Seconds for the connection, and for each answer.
    """

    def __init__(
        self, url: str, *, headers: Mapping[str, str], tools: Collection[str], timeout: float
    ) -> None:
        # Without the path: some have a key in it.
        self._host = urlsplit(url).netloc
        self._wanted = tuple(tools)
        self._timeout = timeout
        self._guards = Guards()
        self._inner = MCPToolset(
            id=f"mcp_{self._host}",
            mcp_server=MCPServerHTTP(
                url,
                transport_type="sse" if urlsplit(url).path.endswith("/sse") else "streamable_http",
                allowed_tools=list(tools),
                headers=dict(headers),
                timeout=timeout,
                client_session_timeout_seconds=timeout,
                tool_result_resolver=_text,
            ),
        )
        self._ready: list[Tool | Toolset] = []
        self._connecting: asyncio.Task[None] | None = None
        super().__init__(id=self._inner.id)

    @property
    def tools(self) -> Sequence[Tool | Toolset]:
        """Its tools, guarded; none until it is connected."""
        return self._guards.of(self._ready)

    async def setup(self) -> Self:
        """Begin to connect. The greeting does not wait for it."""
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), name=self.id)
        return self

    async def connected(self) -> None:
        """Wait until it is connected, or has failed to."""
        if self._connecting is not None:
            await asyncio.wait([self._connecting])

    async def aclose(self) -> None:
        """End the connection to the server."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        self._ready = []
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._inner.aclose()
        except Exception as error:
            # It is gone, and so is the call.
            logger.debug(
                "the connection to an MCP server did not end cleanly", extra=self._about(error)
            )

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(2 * self._timeout):
                await self._inner.setup()
        except Exception as error:
            logger.warning(
                "an MCP server cannot be reached: the call goes on without its tools",
                extra=self._about(error),
            )
            return
        offered = [tool for tool in self._inner.tools if isinstance(tool, RawFunctionTool)]
        self._ready = [tool for tool in offered if self._is_small(tool)]
        if missing := set(self._wanted) - {tool.info.name for tool in offered}:
            logger.warning(
                "an MCP server does not have all the tools that assistant.toml names",
                extra={"server": self._host, "missing": sorted(missing)},
            )

    def _is_small(self, tool: RawFunctionTool[..., Any]) -> bool:
        if len(to_json(tool.info.raw_schema, serialize_unknown=True)) <= MAX_SCHEMA:
            return True
        logger.warning(
            "a tool of an MCP server is left out: its description is too long",
            extra={"server": self._host, "tool": tool.info.name},
        )
        return False

    def _about(self, error: BaseException) -> dict[str, str]:
        return {"server": self._host, "error": type(error).__name__}


def _text(context: MCPToolResultContext) -> str:
    """The texts of a result; a call has no use for pictures.

    Raises:
        ToolError: It has none.
    """
    texts = [part.text for part in context.result.content if part.type == "text"]
    if not texts:
        raise ToolError(f"The tool {context.tool_name} gave no text.")
    return "\n".join(texts)
