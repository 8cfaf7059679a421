"""Refusals, as OpenAI's own client raises them."""

from __future__ import annotations

from typing import Any

import aiohttp
import openai
import pytest

from sandbox.conditions import Fault
from sandbox.openai import OpenAIOptions, OpenAIStandIn

from .conftest import Ask

USER = {"role": "user", "content": "hello"}
TOOL = {"type": "function", "function": {"name": "look", "parameters": {}}}
CALLING = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    ],
}

BAD_BODIES = [
    ({}, None, None, "you must provide a model parameter"),
    ({"model": "m"}, "messages", "missing_required_parameter", "Missing required parameter"),
    ({"model": "m", "messages": []}, "messages", "empty_array", "minimum length 1"),
    ({"model": "m", "messages": "hi"}, "messages", "invalid_type", "expected an array, but got a"),
    (
        {"model": "m", "messages": [{"role": "caller", "content": "x"}]},
        "messages[0].role",
        "invalid_value",
        "Invalid value: 'caller'. Supported values are: 'system'",
    ),
    (
        {"model": "m", "messages": [{"role": "user", "content": 1}]},
        "messages[0].content",
        "invalid_type",
        "got an integer",
    ),
    ({"model": "m", "messages": [{"role": "user"}]}, "messages.[0].content", None, "got null"),
    (
        {"model": "m", "messages": [USER], "temperature": 2.5},
        "temperature",
        "decimal_above_max_value",
        "Expected a value <= 2, but got 2.5",
    ),
    (
        {"model": "m", "messages": [USER], "max_tokens": 0},
        "max_tokens",
        "integer_below_min_value",
        "Expected a value >= 1, but got 0",
    ),
    (
        {"model": "m", "messages": [USER], "max_tokens": 1, "max_completion_tokens": 1},
        "max_tokens",
        "invalid_parameter_combination",
        "at the same time",
    ),
    ({"model": "m", "messages": [USER], "n": 2}, "n", "unsupported_value", "Send n=1"),
    (
        {"model": "m", "messages": [USER], "stop": list("abcde")},
        "stop",
        "array_above_max_length",
        "length 4",
    ),
    (
        {"model": "m", "messages": [USER], "temprature": 1},
        "temprature",
        "unknown_parameter",
        "Unknown parameter: 'temprature'.",
    ),
    (
        {"model": "m", "messages": [USER], "stream_options": {"include_usage": True}},
        "stream_options",
        None,
        "only allowed when 'stream' is enabled",
    ),
    (
        {"model": "m", "messages": [USER], "tool_choice": "auto"},
        "tool_choice",
        None,
        "only allowed when 'tools' are specified",
    ),
    (
        {
            "model": "m",
            "messages": [USER],
            "tools": [TOOL],
            "tool_choice": {"type": "function", "function": {"name": "other"}},
        },
        "tool_choice",
        None,
        "'other' not found",
    ),
    (
        {
            "model": "m",
            "messages": [USER],
            "tools": [{"type": "function", "function": {"name": "two words"}}],
        },
        "tools[0].function.name",
        "invalid_value",
        "does not match pattern",
    ),
    (
        {"model": "m", "messages": [{"role": "tool", "content": "x", "tool_call_id": "a"}]},
        "messages.[0].role",
        None,
        "must be a response to a preceeding message with 'tool_calls'",
    ),
    (
        {"model": "m", "messages": [USER, CALLING, USER]},
        "messages.[2].role",
        None,
        "did not have response messages: a",
    ),
    ({"model": "m", "messages": [USER, CALLING]}, "messages.[2].role", None, "must be followed"),
]


@pytest.mark.parametrize(("body", "param", "code", "words"), BAD_BODIES)
async def test_a_bad_body_is_a_400_that_says_what_is_wrong(
    client: openai.AsyncOpenAI, body: Any, param: Any, code: Any, words: Any
) -> None:
    """Type, param, code and message are those of the service."""
    with pytest.raises(openai.BadRequestError) as raised:
        await client.post("/chat/completions", cast_to=object, body=body)
    error = raised.value
    assert (error.type, error.param, error.code) == ("invalid_request_error", param, code)
    assert words in error.body["message"]
    assert error.request_id.startswith("req_")


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'"text"'])
async def test_a_body_that_is_no_json_object_is_refused(
    client: openai.AsyncOpenAI, content: bytes
) -> None:
    """Broken JSON and JSON of another kind are not parsed."""
    with pytest.raises(openai.BadRequestError, match="could not parse the JSON body"):
        await client.post("/chat/completions", cast_to=object, content=content)


@pytest.mark.parametrize("key", ["bad", "bad-key", "badly"])
async def test_a_wrong_key_is_a_401_that_does_not_repeat_it(
    client: openai.AsyncOpenAI, key: str
) -> None:
    """A key that begins with `bad` opens no door, and stays out of the message."""
    with pytest.raises(openai.AuthenticationError) as raised:
        await client.with_options(api_key=key).models.list()
    assert raised.value.code == "invalid_api_key"
    assert f"{key} " not in raised.value.message
    assert f"{key}." not in raised.value.message


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc"])
async def test_a_missing_key_is_a_401(host: str, header: str | None) -> None:
    """Without a bearer key there is no answer, and the error has the service's shape."""
    headers = {} if header is None else {"Authorization": header}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://{host}/v1/models", headers=headers) as response,
    ):
        body = await response.json()
    assert response.status == 401
    assert set(body["error"]) == {"message", "type", "param", "code"}
    assert "didn't provide an API key" in body["error"]["message"]


async def test_only_the_keys_that_are_set_are_let_in(
    client: openai.AsyncOpenAI, stand_in: OpenAIStandIn
) -> None:
    """The option `allowed_keys` shuts out all others, and is not shown."""
    stand_in.account.options = OpenAIOptions(allowed_keys=frozenset({"right"}))
    with pytest.raises(openai.AuthenticationError):
        await client.models.list()
    await client.with_options(api_key="right").models.list()
    assert "right" not in str(stand_in.describe())


async def test_unknown_routes_and_methods_are_errors(client: openai.AsyncOpenAI) -> None:
    """A URL that is not there is a 404, a wrong method on one that is a 405."""
    with pytest.raises(openai.NotFoundError, match="Invalid URL \\(POST /v1/completions\\)"):
        await client.post("/completions", cast_to=object)
    with pytest.raises(openai.APIStatusError, match="Not allowed to GET") as raised:
        await client.get("/chat/completions", cast_to=object)
    assert raised.value.status_code == 405


async def test_a_rate_limit_is_a_429_that_says_when_to_come_back(
    ask: Ask, stand_in: OpenAIStandIn
) -> None:
    """The client finds the seconds in `retry-after` and the limits in their headers."""
    stand_in.conditions.set_faults((Fault(kind="quota"),))
    with pytest.raises(openai.RateLimitError) as raised:
        await ask("hello", stream=True)
    headers = raised.value.response.headers
    assert raised.value.code == "rate_limit_exceeded"
    assert headers["retry-after"] == "1"
    assert headers["x-ratelimit-remaining-requests"] == "0"
    assert stand_in.stats["errors_429"] == 1


async def test_a_spent_quota_is_a_429_that_no_retry_helps(
    ask: Ask, stand_in: OpenAIStandIn
) -> None:
    """By the option the fault is the other 429, without `retry-after`."""
    stand_in.set_options({"quota_code": "insufficient_quota"})
    stand_in.conditions.set_faults((Fault(kind="quota"),))
    with pytest.raises(openai.RateLimitError) as raised:
        await ask("hello")
    assert (raised.value.code, raised.value.type) == ("insufficient_quota", "insufficient_quota")
    assert "retry-after" not in raised.value.response.headers


@pytest.mark.parametrize("code", [500, 503])
@pytest.mark.parametrize(
    ("kind", "at", "stream"),
    [("refuse", 0.5, True), ("refuse", 0.5, False), ("error", 0.5, False), ("error", 0, True)],
)
async def test_a_failing_server_answers_with_its_status(
    ask: Ask, stand_in: OpenAIStandIn, code: int, kind: str, at: float, stream: bool
) -> None:
    """What fails before a stream has begun is an HTTP error."""
    stand_in.conditions.set_faults((Fault(kind=kind, code=code, at=at),))
    with pytest.raises(openai.InternalServerError) as raised:
        await ask("hello", stream=stream)
    assert raised.value.status_code == code
    assert stand_in.stats[f"errors_{code}"] == 1


async def test_the_client_recovers_by_its_own_retries(
    client: openai.AsyncOpenAI, stand_in: OpenAIStandIn
) -> None:
    """One failure, then the reply: what the client does by default."""
    stand_in.conditions.set_faults((Fault(kind="refuse", code=500, times=1),))
    patient = client.with_options(max_retries=1)
    reply = await patient.chat.completions.create(model="m", messages=[USER])
    assert reply.choices[0].message.content
    assert stand_in.stats["requests"] == 2


async def test_unknown_options_are_refused(host: str) -> None:
    """`/_control` names the unknown option, and the valid range of a known one."""
    async with aiohttp.ClientSession() as session:
        for options, word in (({"speed": 1}, "speed"), ({"characters_per_second": 0}, "greater")):
            async with session.post(
                f"http://{host}/_control", json={"options": options}
            ) as response:
                assert response.status == 400
                assert word in (await response.json())["error"]
