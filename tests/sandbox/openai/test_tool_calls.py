"""Tools over the wire, by OpenAI's own client: offered, called, answered, spoken."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from sandbox.openai import OpenAIStandIn

from .conftest import Ask

BOOK = {
    "type": "function",
    "function": {
        "name": "book_appointment",
        "description": "Book an appointment for the caller.",
        "parameters": {
            "type": "object",
            "properties": {
                "day": {"type": "string"},
                "time": {"type": "string"},
                "name": {"type": "string"},
            },
            "required": ["day", "time", "name"],
        },
    },
}
HOURS = {
    "type": "function",
    "function": {"name": "opening_hours", "description": "When is the clinic open?"},
}
FEES = {"type": "function", "function": {"name": "get_fees", "parameters": {"type": "object"}}}
WISH = "book an appointment for monday at ten thirty my name is ravi"


async def calls_of(stream: Any) -> Any:
    """The calls of a stream, put together by their indexes, and its finish reason."""
    calls = {}
    finish = None
    async for chunk in stream:
        (choice,) = chunk.choices
        finish = choice.finish_reason or finish
        assert not choice.delta.content
        for part in choice.delta.tool_calls or ():
            call = calls.setdefault(part.index, {"id": None, "name": None, "arguments": ""})
            call["id"] = part.id or call["id"]
            call["name"] = part.function.name or call["name"]
            call["arguments"] += part.function.arguments
    return [calls[index] for index in sorted(calls)], finish


async def test_a_tool_is_called_with_what_the_caller_said(
    ask: Ask, stand_in: OpenAIStandIn
) -> None:
    """The arguments come in pieces and join to JSON; the reply ends with `tool_calls`."""
    calls, finish = await calls_of(await ask(WISH, tools=[BOOK], stream=True))
    assert finish == "tool_calls"
    assert [call["name"] for call in calls] == ["book_appointment"]
    assert calls[0]["id"].startswith("call_")
    assert json.loads(calls[0]["arguments"]) == {
        "day": "Monday",
        "time": "10:30 a.m.",
        "name": "Ravi",
    }
    assert stand_in.stats["tool_calls"] == 1
    assert stand_in.describe()["exchanges"][-1]["tool_calls"] == ("book_appointment",)


async def test_the_result_of_a_tool_is_spoken(client: openai.AsyncOpenAI) -> None:
    """After the tool's message the reply is what the tool says."""
    messages = [{"role": "user", "content": WISH}]
    reply = await client.chat.completions.create(model="m", messages=messages, tools=[BOOK])
    assert reply.choices[0].finish_reason == "tool_calls"
    asked = reply.choices[0].message
    assert asked.content is None
    messages += [
        asked.model_dump(exclude_none=True),
        {
            "role": "tool",
            "tool_call_id": asked.tool_calls[0].id,
            "content": "Booked for Monday at 10:30.",
        },
    ]
    reply = await client.chat.completions.create(model="m", messages=messages, tools=[BOOK])
    assert reply.choices[0].finish_reason == "stop"
    assert reply.choices[0].message.content == "Booked for Monday at 10:30."


async def test_two_questions_call_two_tools_in_parallel(ask: Ask) -> None:
    """Each call has its own index and id, unless parallel calls are ruled out."""
    question = "what are your timings and how much are the fees"
    calls, _ = await calls_of(await ask(question, tools=[BOOK, FEES, HOURS], stream=True))
    assert sorted(call["name"] for call in calls) == ["get_fees", "opening_hours"]
    assert len({call["id"] for call in calls}) == 2
    calls, _ = await calls_of(
        await ask(question, tools=[FEES, HOURS], stream=True, parallel_tool_calls=False)
    )
    assert len(calls) == 1


async def test_what_a_tool_needs_is_asked_for_first(ask: Ask) -> None:
    """Without day, time and name there is nothing to book yet."""
    reply = await ask("i want an appointment", tools=[BOOK])
    assert reply.choices[0].message.tool_calls is None
    assert reply.choices[0].message.content.endswith("Which day suits you?")


@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ("none", None),
        ("auto", None),
        ("required", "opening_hours"),
        ({"type": "function", "function": {"name": "get_fees"}}, "get_fees"),
    ],
)
async def test_the_choice_of_tools_is_honoured(
    ask: Ask, choice: str | dict[str, Any], called: str | None
) -> None:
    """`none` never calls, `required` always does, and a name calls that tool."""
    reply = await ask("hello", tools=[BOOK, HOURS, FEES], tool_choice=choice)
    calls = reply.choices[0].message.tool_calls
    assert (calls[0].function.name if calls else None) == called
    assert (reply.choices[0].message.content is None) == (called is not None)


async def test_none_keeps_a_fitting_tool_from_being_called(ask: Ask) -> None:
    """With `none` the receptionist asks and confirms by herself."""
    reply = await ask(WISH, tools=[BOOK], tool_choice="none")
    assert "Shall I book it?" in reply.choices[0].message.content


async def test_the_outcome_of_a_call_fills_a_schema(client: openai.AsyncOpenAI) -> None:
    """From the tools that ran in the conversation, not from its last words."""
    call = {"name": "book_appointment", "arguments": '{"name": "Ravi", "day": "Monday"}'}
    messages = [
        {"role": "user", "content": WISH},
        {
            "role": "assistant",
            "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "Booked."},
        {"role": "user", "content": "thank you"},
    ]
    schema = {
        "type": "object",
        "properties": {
            "booked": {"type": "boolean"},
            "cancelled": {"type": "boolean"},
            "patient": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "phone": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["booked", "cancelled", "patient", "phone"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "o", "strict": True, "schema": schema}}
    for tools in ({}, {"tools": [BOOK]}):
        reply = await client.chat.completions.create(
            model="m", messages=messages, response_format=form, **tools
        )
        assert json.loads(reply.choices[0].message.content) == {
            "booked": True,
            "cancelled": False,
            "patient": "Ravi",
            "phone": None,
        }
