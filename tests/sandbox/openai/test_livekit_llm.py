"""LiveKit's official plugin, unchanged, against the stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from livekit.agents import APIConnectionError, APIStatusError, llm
from livekit.agents.llm import ChatContext, function_tool
from livekit.agents.types import APIConnectOptions
from livekit.plugins import openai

from sandbox.conditions import Fault
from sandbox.openai import OpenAIStandIn
from tests.support.until import until

from .conftest import UntilEnds

ONCE = APIConnectOptions(max_retry=0)


@pytest.fixture
async def model(host: str) -> AsyncIterator[Any]:
    """The plugin as a worker makes it: a key and the base URL."""
    made = openai.LLM(model="gpt-test", api_key="key", base_url=f"http://{host}/v1")
    yield made
    await made.aclose()


@function_tool
async def book_appointment(
    day: str, time: str, patient_name: str, doctor: str | None = None
) -> None:
    """Book an appointment.

    Args:
        day: Day of the week
        time: Time of day
        patient_name: Name of the patient
        doctor: Doctor's name, if the caller wants a certain one
    """


def conversation(text: str) -> Any:
    """A conversation as an agent session holds it."""
    context = ChatContext.empty()
    context.add_message(role="system", content="You are a receptionist. Openers: Sure, / जी।")
    context.add_message(role="assistant", content="Hello, Asha Clinic.")
    context.add_message(role="user", content=text)
    return context


async def collect(stream: Any) -> Any:
    """Text, calls and usage of a stream."""
    text, calls, usage = "", [], None
    async with stream:
        async for chunk in stream:
            if chunk.delta:
                text += chunk.delta.content or ""
                calls += chunk.delta.tool_calls
            usage = chunk.usage or usage
    return text, calls, usage


async def test_a_reply_streams_with_usage(model: Any) -> None:
    """Text comes in pieces, and the tokens are counted."""
    text, calls, usage = await collect(model.chat(chat_ctx=conversation("आप कब खुलते हैं")))
    assert text.startswith("जी।")
    assert calls == []
    assert usage.completion_tokens > 10
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


async def test_a_tool_goes_all_the_way_round(model: Any) -> None:
    """The plugin's strict schema is filled, and the tool's output is spoken."""
    context = conversation("an appointment with doctor rao tomorrow at 5 pm my name is ravi")
    _, calls, _ = await collect(model.chat(chat_ctx=context, tools=[book_appointment]))
    (call,) = calls
    assert call.name == "book_appointment"
    assert llm.utils.parse_function_arguments(call.arguments) == {
        "day": "tomorrow",
        "time": "5 p.m.",
        "patient_name": "Ravi",
        "doctor": "Dr. Rao",
    }
    context.insert(
        [
            llm.FunctionCall(call_id=call.call_id, name=call.name, arguments=call.arguments),
            llm.FunctionCallOutput(
                call_id=call.call_id, name=call.name, output="Booked.", is_error=False
            ),
        ]
    )
    text, calls, _ = await collect(model.chat(chat_ctx=context, tools=[book_appointment]))
    assert (text, calls) == ("Booked.", [])


async def test_a_session_that_speaks_first_is_given_a_greeting(model: Any) -> None:
    """A context of instructions alone is answered with the greeting."""
    context = ChatContext.empty()
    context.add_message(role="system", content="Greet the caller.")
    text, _, _ = await collect(model.chat(chat_ctx=context))
    assert text == "Hello, this is Asha Clinic. How can I help you?"


async def test_warming_up_opens_the_connection(model: Any, stand_in: OpenAIStandIn) -> None:
    """`prewarm` asks for the models, and the reply uses the same connection."""
    model.prewarm()
    await until(lambda: stand_in.describe()["stats"].get("requests") == 1)
    text, _, _ = await collect(model.chat(chat_ctx=conversation("thank you")))
    assert "welcome" in text.lower()


@pytest.mark.parametrize(
    ("fault", "error", "retryable"),
    [
        (Fault(kind="refuse", code=500), APIStatusError, True),
        (Fault(kind="quota"), APIStatusError, True),
        (Fault(kind="drop", at=0.5), APIConnectionError, False),
    ],
)
async def test_failures_become_livekits_errors(
    model: Any, stand_in: OpenAIStandIn, fault: Fault, error: Any, retryable: bool
) -> None:
    """A reply may be retried only before its first piece."""
    stand_in.conditions.set_faults((fault,))
    with pytest.raises(error) as raised:
        await collect(model.chat(chat_ctx=conversation("hello"), conn_options=ONCE))
    assert raised.value.retryable is retryable


async def test_an_interrupted_reply_is_cancelled(
    model: Any, stand_in: OpenAIStandIn, until_last_ends: UntilEnds
) -> None:
    """Closing the plugin's stream in mid-reply reaches the server at once."""
    stand_in.set_options({"characters_per_second": 100})
    async with model.chat(chat_ctx=conversation("how do i reach you")) as stream:
        async for chunk in stream:
            if chunk.delta and chunk.delta.content:
                break
    await until_last_ends("cancelled")
    assert stand_in.stats["cancelled"] == 1
