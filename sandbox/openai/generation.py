"""From a request to its reply. Pure: the time and the id are arguments."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from .chunks import Call, Generation, cut
from .receptionist import Answer, Message, answer
from .schema import ChatMessage, ChatRequest, Function, NamedTool, ResponseFormat
from .tool_dialogue import Ran, events_in, events_of, outcome, respond
from .tool_dialogue.openers import before_tools, opened
from .tools import Facts, call, choose_calls, fill
from .tools.choice import RequestedCall, topic_of

CLINIC_TIME = timezone(timedelta(hours=5, minutes=30))
"""India's time zone; it has no summer time."""
_CHARACTERS_PER_TOKEN = 4  # approximately (documented for English)
_TOKENS_PER_MESSAGE = 4  # role and separators of a message


def generate(
    request: ChatRequest, *, now: datetime, id: str, scripted: str | None = None
) -> Generation:
    """The reply to `request`: the receptionist's, or the `scripted` text."""
    local = now.astimezone(CLINIC_TIME)
    reply = answer([_message(message) for message in request.messages], local)
    wanted: list[RequestedCall] = []
    if scripted is not None:
        text = scripted
    elif request.tools and request.tool_choice in (None, "auto"):
        text, wanted = _with_tools(request, local)
    else:
        settled = _outcome(request)
        wanted = _calls(request, reply, local)
        text = _formatted(reply, request.response_format, local) if settled is None else settled
        text = "" if wanted else text
    pieces, finish = cut(text, request.stop or (), request.limit)
    return Generation(
        id=f"chatcmpl-{id}",
        created=int(now.timestamp()),
        model=request.model,
        pieces=pieces,
        calls=tuple(
            Call(f"call_{id}{index}", name, arguments)
            for index, (name, arguments) in enumerate(wanted)
        ),
        finish="tool_calls" if wanted else finish,
        prompt_tokens=_prompt_tokens(request.messages),
    )


def last_words(messages: Sequence[ChatMessage]) -> str:
    """The last user message."""
    return next((message.text for message in reversed(messages) if message.role == "user"), "")


def _message(message: ChatMessage) -> Message:
    called = (call.function for call in message.tool_calls or ())
    names = tuple(function.name if function else "" for function in called)
    if message.role == "function":
        return Message("tool", message.text)
    role = "system" if message.role == "developer" else message.role
    return Message(role, message.text, names)


def _with_tools(request: ChatRequest, now: datetime) -> tuple[str, list[RequestedCall]]:
    """The words, the calls, or an opener and the calls, of a dialogue that may call tools."""
    functions = [tool.function for tool in request.tools or ()]
    text, decision = respond(request.messages, functions, now)
    if decision.calls:
        parallel = request.parallel_tool_calls is not False
        calls = list(decision.calls if parallel else decision.calls[:1])
        ends = any(topic_of(f)[0] == "goodbye" for f in functions if f.name == calls[0][0])
        return "" if ends else before_tools(request.messages, decision.state.language), calls
    settled = _outcome(request)
    return opened(text, request.messages) if settled is None else settled, []


def _outcome(request: ChatRequest) -> str | None:
    """The outcome of a call in which tools ran, if the reply is to have a schema."""
    form = request.response_format
    if form is None or form.json_schema is None:
        return None
    events = events_of(request.messages)
    if not any(isinstance(event, Ran) for event in events):
        said = (message.text for message in request.messages if message.role == "user")
        events = events_in("\n".join(said))
    if not events:
        return None
    return json.dumps(outcome(form.json_schema.schema_, events), ensure_ascii=False)


def _calls(request: ChatRequest, reply: Answer, now: datetime) -> list[RequestedCall]:
    functions: list[Function] = [tool.function for tool in request.tools or ()]
    if isinstance(request.tool_choice, NamedTool):
        chosen = request.tool_choice.function.name
        named = next(function for function in functions if function.name == chosen)
        return [call(named, Facts.of(reply, now))]
    return choose_calls(
        reply,
        functions,
        now,
        choice=request.tool_choice or "auto",
        parallel=request.parallel_tool_calls is not False,
    )


def _formatted(reply: Answer, form: ResponseFormat | None, now: datetime) -> str:
    """The reply's text, in JSON if requested."""
    if form is None or form.type == "text":
        return reply.text
    if form.json_schema is None:
        return json.dumps({"reply": reply.text}, ensure_ascii=False)
    # A property without a known value gets the reply.
    facts = replace(Facts.of(reply, now), utterance=reply.text)
    return json.dumps(fill(form.json_schema.schema_, facts), ensure_ascii=False)


def _prompt_tokens(messages: Sequence[ChatMessage]) -> int:
    return sum(
        _TOKENS_PER_MESSAGE + math.ceil(len(message.text) / _CHARACTERS_PER_TOKEN)
        for message in messages
    )
