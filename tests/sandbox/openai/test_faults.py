"""Faults in the middle of a reply, and clients that leave."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import pytest

from sandbox.conditions import Fault, Latency
from sandbox.openai import OpenAIOptions, OpenAIStandIn
from tests.support.until import until

from .conftest import Ask, UntilEnds

QUESTION = "what are your opening hours"


async def read(stream: Any) -> Any:
    """The text of a stream, and how it ended: None, or the client's error."""
    text = ""
    try:
        async for chunk in stream:
            text += chunk.choices[0].delta.content or "" if chunk.choices else ""
    except (openai.APIError, ValueError) as error:
        return text, error
    return text, None


@pytest.mark.parametrize("kind", ["drop", "error", "garbage", "close"])
async def test_a_reply_that_breaks_off_keeps_what_came_before(
    ask: Ask, stand_in: OpenAIStandIn, kind: str, until_last_ends: UntilEnds
) -> None:
    """The text so far is a part of the reply, and the client learns of the break."""
    whole = (await ask(QUESTION)).choices[0].message.content
    stand_in.conditions.set_faults((Fault(kind=kind, at=0.5),))
    text, error = await read(await ask(QUESTION, stream=True))
    if kind == "garbage":
        # The client reads past nothing: it fails at the broken line.
        assert isinstance(error, ValueError)
    elif kind == "close":
        assert error is None
    else:
        assert isinstance(error, openai.APIError)
    assert 0 < len(text) < len(whole)
    assert whole.startswith(text)
    await until_last_ends("broken")
    assert stand_in.stats[f"faults_{kind}"] == 1
    assert stand_in.stats["cancelled"] == 0


@pytest.mark.parametrize(("kind", "whole"), [("stall", False), ("no_end", True)])
async def test_a_stalled_reply_stays_open_until_the_client_gives_up(
    ask: Ask, stand_in: OpenAIStandIn, kind: str, whole: bool, until_last_ends: UntilEnds
) -> None:
    """After its part of the reply nothing comes; `no_end` withholds only the end."""
    stand_in.conditions.set_faults((Fault(kind=kind, at=0.5),))
    stream = await ask(QUESTION, stream=True)
    await until_last_ends("broken")
    exchange = stand_in.describe()["exchanges"][-1]
    assert (exchange["sent_characters"] == len(exchange["reply"])) is whole
    text = ""
    while len(text) < exchange["sent_characters"]:
        chunk = await anext(stream)
        assert chunk.choices[0].finish_reason is None
        text += chunk.choices[0].delta.content or ""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(stream), 0.05)
    await stream.close()


async def test_a_mute_service_never_answers(
    client: openai.AsyncOpenAI, stand_in: OpenAIStandIn
) -> None:
    """The client runs into its own time limit."""
    stand_in.conditions.set_faults((Fault(kind="mute"),))
    with pytest.raises(openai.APITimeoutError):
        await client.with_options(timeout=0.1).chat.completions.create(
            model="m", messages=[{"role": "user", "content": "hi"}]
        )


async def test_a_slow_fault_slows_the_whole_reply(ask: Ask, stand_in: OpenAIStandIn) -> None:
    """First piece and pace are `factor` times slower."""
    stand_in.account.options = OpenAIOptions(characters_per_second=4000)
    stand_in.conditions.latency = Latency(
        round_trip=0, first_byte=0.02, per_character=0, jitter=0, tail_probability=0
    )
    stand_in.conditions.set_faults((Fault(kind="slow", factor=5),))
    began = asyncio.get_running_loop().time()
    text, _ = await read(await ask(QUESTION, stream=True))
    assert asyncio.get_running_loop().time() - began >= 5 * (0.02 + (len(text) - 4) / 4000)


@pytest.mark.parametrize("kind", ["drop", "garbage", "close"])
async def test_a_reply_in_one_piece_is_lost(
    client: openai.AsyncOpenAI, ask: Ask, stand_in: OpenAIStandIn, kind: str
) -> None:
    """Without a stream a broken reply is an error, of chat and of embeddings."""
    stand_in.conditions.set_faults((Fault(kind=kind),))
    with pytest.raises((openai.APIError, ValueError)):
        await ask(QUESTION)
    with pytest.raises((openai.APIError, ValueError)):
        await client.embeddings.create(model="m", input="hello")


async def test_a_client_that_leaves_stops_the_reply_at_once(
    ask: Ask, stand_in: OpenAIStandIn, until_last_ends: UntilEnds
) -> None:
    """After the stream is closed nothing more is generated, and the leaving is counted."""
    stand_in.account.options = OpenAIOptions(characters_per_second=100)
    stream = await ask(QUESTION, stream=True)
    text = ""
    while not text:
        text += (await anext(stream)).choices[0].delta.content or ""
    await stream.close()
    await until_last_ends("cancelled")
    exchange = stand_in.describe()["exchanges"][-1]
    assert 0 < exchange["sent_characters"] < len(exchange["reply"])
    assert stand_in.stats["cancelled"] == 1


async def test_a_client_that_leaves_before_the_first_piece_is_counted(
    ask: Ask, stand_in: OpenAIStandIn, until_last_ends: UntilEnds
) -> None:
    """A request cancelled while the model thinks generates nothing."""
    stand_in.conditions.latency = Latency(first_byte=60, round_trip=0)
    asked = asyncio.create_task(ask(QUESTION, stream=True))
    await until(lambda: stand_in.describe()["exchanges"])
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await until_last_ends("cancelled")
    assert stand_in.stats["tokens"] == 0
    assert stand_in.stats["cancelled"] == 1


async def test_warming_a_connection_uses_up_no_fault(
    client: openai.AsyncOpenAI, ask: Ask, stand_in: OpenAIStandIn
) -> None:
    """`GET /v1/models` is no reply: a fault that strikes once waits for one."""
    stand_in.conditions.set_faults((Fault(kind="refuse", times=1),))
    await client.models.list()
    with pytest.raises(openai.InternalServerError):
        await ask("hello")
