"""A stand-in on loopback without delays, and the provider's own client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import openai
import pytest

from sandbox.conditions import INSTANT
from sandbox.openai import OpenAIOptions, OpenAIStandIn
from sandbox.standin import serve
from tests.support.until import until

Ask = Callable[..., Awaitable[Any]]
"""Sends one user message."""
UntilEnds = Callable[[str], Awaitable[None]]
"""Waits for an ending of the last exchange."""
WEDNESDAY_AT_ELEVEN = datetime(2026, 3, 4, 5, 30, tzinfo=UTC)
"""11:00 in India."""


@pytest.fixture
async def stand_in() -> Any:
    """The receptionist as it answers on a Wednesday morning, at once."""
    return OpenAIStandIn(
        latency=INSTANT,
        options=OpenAIOptions(characters_per_second=1_000_000),
        clock=lambda: WEDNESDAY_AT_ELEVEN,
    )


@pytest.fixture
async def host(stand_in: OpenAIStandIn) -> AsyncIterator[Any]:
    """Where it is served, as host:port."""
    async with serve(stand_in) as address:
        yield address


@pytest.fixture
async def client(host: str) -> AsyncIterator[Any]:
    """OpenAI's own client, which does not try again."""
    async with openai.AsyncOpenAI(
        api_key="key", base_url=f"http://{host}/v1", max_retries=0
    ) as opened:
        yield opened


@pytest.fixture
def ask(client: openai.AsyncOpenAI) -> Any:
    """Send one user message; other arguments as the client takes them."""

    def ask(text: str, **arguments: Any) -> Any:
        messages = [{"role": "user", "content": text}]
        return client.chat.completions.create(model="gpt-test", messages=messages, **arguments)

    return ask


@pytest.fixture
def until_last_ends(stand_in: OpenAIStandIn) -> UntilEnds:
    """Wait until the last exchange has ended in a certain way."""

    async def until_last_ends(ending: str) -> None:
        await until(lambda: stand_in.describe()["exchanges"][-1]["ending"] == ending)

    return until_last_ends
