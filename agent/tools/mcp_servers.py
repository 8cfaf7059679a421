"""The MCP servers of an assistant, as its `assistant.toml` names them:

    [[mcp]]
    url = "https://crm.example.in/mcp"
    headers = {Authorization = "env:CRM_TOKEN"}
    tools = ["find_customer", "open_ticket"]

The tools are named one by one, so that a server can neither add one unnoticed nor take the name of
another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Final

from livekit.agents.llm import Toolset
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ..config.settings import HttpAddress
from .schemas import TOOL_NAME

_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VARIABLE: Final = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
_VALUE: Final = re.compile(r"[ -~]+")


def _header(name: str) -> str:
    if not _HEADER.fullmatch(name):
        raise ValueError("a header's name has letters, digits and hyphens")
    return name


def _variable(value: str) -> str:
    """The name of the variable, without the prefix."""
    if not (match := _VARIABLE.fullmatch(value)):
        raise ValueError(
            'must be "env:" and the name of an environment variable: keys belong in .env'
        )
    return match[1]


def _tool(name: str) -> str:
    if not TOOL_NAME.fullmatch(name):
        raise ValueError("a tool's name has up to 64 letters, digits, `_` and `-`")
    return name


class McpServer(BaseModel):
    """One table of `[[mcp]]`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: HttpAddress
    """Its address: https, or http on this machine and private networks. One that ends with `/sse`
    is asked by the older transport."""
    headers: dict[
        Annotated[str, AfterValidator(_header)], Annotated[str, AfterValidator(_variable)]
    ] = Field(default_factory=dict)
    """Header -> environment variable that has its whole value, such as `Bearer ...`."""
    tools: tuple[Annotated[str, AfterValidator(_tool)], ...] = Field(min_length=1)
    """The tools that the assistant may use."""
    timeout: float = Field(5.0, gt=0, le=60)
    """Seconds for the connection, and for each answer."""


def problems_of_servers(
    servers: Iterable[McpServer],
    environ: Mapping[str, str] | None,
    *,
    taken: Collection[str] = (),
) -> list[str]:
    """A line for each thing that is wrong with the servers, which are not asked.

    Args:
        environ: The values of `.env` and of the environment; None: the headers are not looked at.
        taken: Names of the assistant's own tools.
    """
    # Loaded now and not in a call: it takes a third of a second.
    from . import mcp_toolset  # noqa: F401

    problems, seen = [], set(taken)
    for number, server in enumerate(servers, 1):
        where = f"[[mcp]] {number}"
        headers = {} if environ is None else server.headers
        for header, variable in headers.items():
            value = (environ or {}).get(variable)
            if not value:
                problems.append(
                    f"{where}: {variable} is missing: {header} needs it, set it in .env"
                )
            elif not _VALUE.fullmatch(value):
                problems.append(f"{where}: {variable} has a letter that no header has")
        for tool in server.tools:
            if tool in seen:
                problems.append(f"{where}: another tool has the name {tool}")
            seen.add(tool)
    return problems


def mcp_toolsets(servers: Collection[McpServer], environ: Mapping[str, str]) -> list[Toolset]:
    """The toolsets of a call, for `AgentSession(tools=...)`. They connect when the session starts,
    which does not wait for them."""
    if not servers:
        # Not loaded for nothing: the greeting would wait for it.
        return []
    from .mcp_toolset import McpToolset

    return [
        McpToolset(
            server.url,
            headers={name: environ[variable] for name, variable in server.headers.items()},
            tools=server.tools,
            timeout=server.timeout,
        )
        for server in servers
    ]
