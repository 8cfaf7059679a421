"""Chat completions by OpenAI's own client, unchanged."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import openai
import pytest

from sandbox.openai import OpenAIStandIn

from .conftest import Ask

QUESTION = "what are your opening hours"


async def chunks_of(stream: Any) -> Any:
    """All chunks of a stream."""
    return [chunk async for chunk in stream]


async def test_a_stream_joins_to_the_whole_reply(ask: Ask) -> None:
    """The content of the chunks is the reply that comes in one piece without a stream."""
    whole = await ask(QUESTION)
    chunks = await chunks_of(await ask(QUESTION, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == whole.choices[0].message.content
    assert "9:30 a.m." in text


async def test_the_chunks_of_a_stream_have_the_form_of_the_service(ask: Ask) -> None:
    """Role first, then content, then the finish reason, all with the same head."""
    chunks = await chunks_of(await ask(QUESTION, stream=True))
    first, *middle, last = chunks
    assert first.choices[0].delta.role == "assistant"
    assert first.choices[0].delta.content == ""
    assert all(chunk.choices[0].delta.role is None for chunk in middle)
    assert all(chunk.choices[0].finish_reason is None for chunk in chunks[:-1])
    assert last.choices[0].finish_reason == "stop"
    assert last.choices[0].delta.content is None
    heads = {(one.id, one.created, one.model, one.system_fingerprint) for one in chunks}
    assert len(heads) == 1
    assert first.id.startswith("chatcmpl-")
    assert first.model == "gpt-test"
    assert first.object == "chat.completion.chunk"
    assert all(chunk.usage is None for chunk in chunks)


async def test_usage_comes_in_a_last_chunk_without_choices(ask: Ask) -> None:
    """`include_usage` adds one chunk that counts the tokens that were sent."""
    options = {"include_usage": True}
    *others, last = await chunks_of(await ask(QUESTION, stream=True, stream_options=options))
    pieces = [one for one in others if one.choices[0].delta.content]
    assert last.choices == []
    assert last.usage.completion_tokens == len(pieces)
    assert last.usage.total_tokens == last.usage.prompt_tokens + len(pieces)


async def test_the_stream_on_the_wire(host: str) -> None:
    """Events are `data:` lines with an empty line after each, and `[DONE]` is the last."""
    body = {
        "model": "m",
        "messages": [{"role": "user", "content": "नमस्ते"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"http://{host}/v1/chat/completions",
            json=body,
            headers={"Authorization": "Bearer key"},
        ) as response,
    ):
        raw = await response.text()
        headers = response.headers
    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert headers["x-request-id"].startswith("req_")
    *events, end = raw.split("\n\n")
    assert end == ""
    assert all(event.startswith("data: ") and "\n" not in event for event in events)
    assert events[-1] == "data: [DONE]"
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-1]]
    assert all("usage" in chunk for chunk in chunks)
    assert [chunk["usage"] is None for chunk in chunks] == [True] * (len(chunks) - 1) + [False]


async def test_a_limit_of_tokens_cuts_the_reply(ask: Ask) -> None:
    """`max_completion_tokens` ends the reply with `length`, after that many tokens."""
    reply = await ask(QUESTION, max_completion_tokens=3)
    assert reply.choices[0].finish_reason == "length"
    assert reply.usage.completion_tokens == 3
    assert (
        (await ask(QUESTION))
        .choices[0]
        .message.content.startswith(reply.choices[0].message.content)
    )


@pytest.mark.parametrize("stop", ["Monday", ["nothing like it", "Monday"]])
async def test_a_stop_sequence_ends_the_reply_before_it(ask: Ask, stop: str | list[str]) -> None:
    """The text ends where the first stop sequence would begin."""
    reply = await ask(QUESTION, stop=stop)
    assert reply.choices[0].message.content == "Sure. We are open "
    assert reply.choices[0].finish_reason == "stop"


async def test_arguments_without_meaning_for_rules_are_tolerated(ask: Ask) -> None:
    """Whatever a client may set within the service's ranges makes no difference."""
    reply = await ask(
        QUESTION,
        temperature=0.7,
        top_p=0.9,
        presence_penalty=-1,
        frequency_penalty=1,
        seed=3,
        user="u",
        n=1,
        store=False,
        metadata={"a": "b"},
        reasoning_effort="low",
        service_tier="auto",
    )
    assert reply.choices[0].message.content.startswith("Sure.")


async def test_a_json_object_is_given_where_one_is_asked_for(ask: Ask) -> None:
    """`response_format` puts the reply into JSON, of the schema if there is one."""
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string"}, "sure": {"type": "boolean"}},
        "required": ["answer", "sure"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": schema}}
    text = (await ask(QUESTION)).choices[0].message.content
    reply = await ask(QUESTION, response_format=form)
    assert json.loads(reply.choices[0].message.content) == {"answer": text, "sure": True}
    reply = await ask(QUESTION, response_format={"type": "json_object"})
    assert json.loads(reply.choices[0].message.content) == {"reply": text}


async def test_content_in_parts_and_developer_messages_are_read(client: openai.AsyncOpenAI) -> None:
    """Text parts are joined; a developer message is an instruction, as a system message is."""
    reply = await client.chat.completions.create(
        model="m",
        messages=[
            {"role": "developer", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "how do I "},
                    {"type": "text", "text": "reach"},
                ],
            },
        ],
    )
    assert "F.C. Road" in reply.choices[0].message.content


async def test_models_are_listed_as_rule_based(client: openai.AsyncOpenAI) -> None:
    """Nobody is led to think that these are models."""
    listed = [model async for model in client.models.list()]
    assert {model.owned_by for model in listed} == {"sandbox (rule-based)"}
    assert (await client.models.retrieve("any")).id == "any"


async def test_the_log_tells_what_was_asked_and_written(ask: Ask, stand_in: OpenAIStandIn) -> None:
    """`/_stats` has each exchange, with its ending."""
    reply = await ask(QUESTION)
    await chunks_of(await ask("how much", stream=True))
    first, second = stand_in.describe()["exchanges"]
    assert first["prompt"] == QUESTION
    assert first["reply"] == reply.choices[0].message.content
    assert (first["streamed"], first["ending"]) == (False, "stop")
    assert (second["streamed"], second["ending"]) == (True, "stop")
    assert second["sent_characters"] == len(second["reply"])
    assert stand_in.stats["requests"] == 2
    assert stand_in.stats["streams"] == 1


async def test_scripted_replies_take_the_receptionists_place(
    ask: Ask, stand_in: OpenAIStandIn
) -> None:
    """The option `replies` gives the next texts, one a request; then the receptionist is back."""
    stand_in.set_options({"replies": ["ஒன்று.", "Two."]})
    said = [(await ask("hello")).choices[0].message.content for _ in range(3)]
    assert said[:2] == ["ஒன்று.", "Two."]
    assert "Asha Clinic" in said[2]
