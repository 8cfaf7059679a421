"""The LLM behind the assistant: the sandbox's stand-in on loopback, or OpenAI with a key."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from livekit.plugins import openai

from sandbox.conditions import INSTANT
from sandbox.openai import OpenAIOptions, OpenAIStandIn
from sandbox.stack.environment import HOST, STAND_IN_KEY, read, without_key
from sandbox.standin import serve

ENV_FILE: Final = Path(".env")
_DEFAULT_MODEL: Final = "gpt-4.1-mini"
_FASTEST: Final = 1_000_000


class NoKey(ValueError):
    """A real model was asked for, and there is no key for it."""


def stand_in_server(now: datetime, *, instant: bool = True) -> OpenAIStandIn:
    """The sandbox's model, for which it is always `now`.

    Args:
        instant: Without simulated delays.
    """
    if not instant:
        return OpenAIStandIn(clock=lambda: now)
    options = OpenAIOptions(characters_per_second=_FASTEST)
    return OpenAIStandIn(latency=INSTANT, options=options, clock=lambda: now)


@asynccontextmanager
async def stand_in(now: datetime) -> AsyncIterator[openai.LLM]:
    """A client of `stand_in_server`."""
    async with serve(stand_in_server(now), host=HOST) as address:
        llm = openai.LLM(
            model=_DEFAULT_MODEL, api_key=STAND_IN_KEY, base_url=f"http://{address}/v1"
        )
        try:
            yield llm
        finally:
            await llm.aclose()


@asynccontextmanager
async def real(
    environ: Mapping[str, str] | None = None, env_file: Path = ENV_FILE
) -> AsyncIterator[openai.LLM]:
    """OpenAI's, with the key, address and model that the worker would use.

    Raises:
        NoKey: OPENAI_API_KEY is not set.
    """
    variables = read(env_file, os.environ if environ is None else environ)
    if "openai" in without_key(variables):
        raise NoKey("a real model needs OPENAI_API_KEY, in .env or as a variable")
    llm = openai.LLM(
        model=variables.get("OPENAI_MODEL") or _DEFAULT_MODEL,
        api_key=variables["OPENAI_API_KEY"],
        base_url=variables.get("OPENAI_BASE_URL") or "https://api.openai.com/v1",
        temperature=0.0,
    )
    try:
        yield llm
    finally:
        await llm.aclose()
