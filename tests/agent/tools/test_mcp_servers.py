"""`[[mcp]]` of an assistant: checked at start-up, without asking a server."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from agent.tools.mcp_servers import McpServer, mcp_toolsets, problems_of_servers

GOOD: dict[str, Any] = {
    "url": "https://crm.example.in/mcp",
    "headers": {"Authorization": "env:CRM_TOKEN"},
    "tools": ["find", "open"],
}


def server(**changes: Any) -> McpServer:
    return McpServer.model_validate(GOOD | changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://crm.example.in/mcp"}, "must begin with https://"),
        ({"url": "https://user:word@crm.example.in"}, "no user name and password"),
        ({"url": "crm.example.in"}, "must be an address"),
        ({"url": "file:///etc/passwd"}, "must be an address"),
        ({"headers": {"Authorization": "Bearer abc"}}, "keys belong in .env"),
        ({"headers": {"Authorization": "env:"}}, "keys belong in .env"),
        ({"headers": {"A\r\nB": "env:X"}}, "header's name"),
        ({"tools": []}, "at least 1"),
        ({"tools": ["a b"]}, "tool's name"),
        ({"timeout": 0}, "greater than 0"),
        ({"command": "rm"}, "Extra inputs are not permitted"),
    ],
)
def test_a_bad_table_is_refused_without_its_values(changes: dict[str, Any], words: str) -> None:
    """A key that was written there is not repeated."""
    with pytest.raises(ValidationError, match=words) as refused:
        server(**changes)
    assert "Bearer abc" not in str(refused.value)
    assert "user:word" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/mcp", "http://crm.internal/sse", GOOD["url"]])
def test_private_addresses_need_no_tls(url: str) -> None:
    """As all other addresses."""
    assert server(url=url).url == url


def test_what_is_missing_or_taken_is_a_line() -> None:
    """By number of the table."""
    environ = {"CRM_TOKEN": "Bearer abc"}
    assert problems_of_servers([server()], environ) == []
    servers = [server(), server(tools=["open"])]
    assert problems_of_servers(servers, {}, taken=["find"]) == [
        "[[mcp]] 1: CRM_TOKEN is missing: Authorization needs it, set it in .env",
        "[[mcp]] 1: another tool has the name find",
        "[[mcp]] 2: CRM_TOKEN is missing: Authorization needs it, set it in .env",
        "[[mcp]] 2: another tool has the name open",
    ]
    (problem,) = problems_of_servers([server()], {"CRM_TOKEN": "Bearer a\r\nX: b"})
    assert problem == "[[mcp]] 1: CRM_TOKEN has a letter that no header has"


def test_a_toolset_shows_no_key() -> None:
    """Whoever prints it."""
    (toolset,) = mcp_toolsets([server()], {"CRM_TOKEN": "Bearer abc"})
    assert toolset.id == "mcp_crm.example.in"
    assert "abc" not in repr(toolset) + str(vars(toolset))
