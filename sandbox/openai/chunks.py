"""A reply as the service sends it: token-like pieces, chunks of a stream, or one JSON object.

Pure. `Generation` is a whole reply; `events` are the server-sent events of its stream, each with
the number of characters generated before it, by which the sender paces them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import regex  # type: ignore[import-untyped]

FinishReason = Literal["stop", "length", "tool_calls"]
FINGERPRINT = "fp_sandbox_rules"
DONE = b"data: [DONE]\n\n"
_PIECE = 4  # characters of a token, approximately (documented for English)


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call."""

    id: str
    name: str
    arguments: str
    """JSON."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One whole reply."""

    id: str
    created: int
    """Seconds since 1970."""
    model: str
    """As requested."""
    pieces: tuple[str, ...]
    calls: tuple[Call, ...]
    finish: FinishReason
    prompt_tokens: int

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)

    @property
    def completion_tokens(self) -> int:
        """Pieces of text and of arguments; a call's name counts as one."""
        return len(self.pieces) + sum(1 + count_tokens(call.arguments) for call in self.calls)

    @property
    def characters(self) -> int:
        """Length of the text and of the calls' arguments."""
        return len(self.text) + sum(len(call.arguments) for call in self.calls)


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event."""

    data: bytes
    before: int
    """Characters that are generated before it is sent."""
    characters: int = 0
    """Characters that it contains."""


def pieces(text: str) -> tuple[str, ...]:
    """`text` in token-like pieces of about 4 characters; a space begins a piece, as in tokens.

    Joined, the pieces are the text. No grapheme cluster is divided.
    """
    return tuple(piece for word in re.findall(r"\s*\S+|\s+", text) for piece in _parts(word))


def count_tokens(text: str) -> int:
    """Tokens of `text`: the pieces in which it would be sent."""
    return len(pieces(text))


def cut(text: str, stops: Sequence[str], limit: int | None) -> tuple[tuple[str, ...], FinishReason]:
    """The pieces of `text` up to the first of `stops` and at most `limit` of them."""
    ends = [end for stop in stops if stop and (end := text.find(stop)) >= 0]
    whole = pieces(text[: min(ends)] if ends else text)
    if limit is not None and len(whole) > limit:
        return whole[:limit], "length"
    return whole, "stop"


def events(generation: Generation, *, include_usage: bool) -> list[Event]:
    """The events of a stream, `[DONE]` included."""
    usage = {"usage": None} if include_usage else {}
    before = 0
    sent: list[Event] = []

    def add(delta: dict[str, Any], piece: str = "", finish: FinishReason | None = None) -> None:
        nonlocal before
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        sent.append(Event(_data(generation, [choice], usage), before, len(piece)))
        before += len(piece)

    content = None if generation.calls and not generation.pieces else ""
    add({"role": "assistant", "content": content, "refusal": None})
    for piece in generation.pieces:
        add({"content": piece}, piece)
    for index, call in enumerate(generation.calls):
        function = {"name": call.name, "arguments": ""}
        entry = {"index": index, "id": call.id, "type": "function", "function": function}
        add({"tool_calls": [entry]})
        for piece in pieces(call.arguments):
            add({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}, piece)
    add({}, finish=generation.finish)
    if include_usage:
        sent.append(Event(_data(generation, [], {"usage": _usage(generation)}), before))
    sent.append(Event(DONE, before))
    return sent


def completion(generation: Generation) -> dict[str, Any]:
    """The whole reply as one object."""
    message: dict[str, Any] = {
        "role": "assistant",
        "content": generation.text if generation.pieces or not generation.calls else None,
        "refusal": None,
        "annotations": [],
    }
    if generation.calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in generation.calls
        ]
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": generation.finish,
    }
    return _head(generation, "chat.completion") | {
        "choices": [choice],
        "usage": _usage(generation),
    }


def _parts(word: str) -> Iterator[str]:
    """`word` in parts of similar length, about `_PIECE` characters each."""
    count = max(1, round(len(word) / _PIECE))
    size = len(word) / count
    part = ""
    for cluster in regex.findall(r"\X", word):
        if part and len(part) + len(cluster) / 2 > size:
            yield part
            part = ""
        part += cluster
    yield part


def _head(generation: Generation, kind: str) -> dict[str, Any]:
    return {
        "id": generation.id,
        "object": kind,
        "created": generation.created,
        "model": generation.model,
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    }


def _data(generation: Generation, choices: list[dict[str, Any]], usage: dict[str, Any]) -> bytes:
    body = _head(generation, "chat.completion.chunk") | {"choices": choices} | usage
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return b"data: " + text.encode() + b"\n\n"


def _usage(generation: Generation) -> dict[str, Any]:
    completion_tokens = generation.completion_tokens
    return {
        "prompt_tokens": generation.prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": generation.prompt_tokens + completion_tokens,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
