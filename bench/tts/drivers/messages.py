"""The line protocol between the bench and a peer's process. Pure; standard library only.

One JSON object a line, in both directions:

    bench -> peer   {"do": "open", ...}  {"do": "say", ...}  {"do": "close"}
    peer -> bench   {"ready": true}      {"number": 1, ...}  {"ready": true}

A `say` is answered when its reply is over, so that reporting costs nothing while it is timed.
Several replies may be in progress; they are answered in any order.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Make a TTS and let it connect."""

    at: str
    """`host:port` of the provider."""
    variant: str
    """Which TTS, with which options."""
    replies: int = 1
    """The most replies that will be in progress at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Speak one reply. Times in seconds."""

    number: int
    text: str
    token_characters: int = 4
    token_seconds: float = 0.016
    """From one token to the next, as an LLM writes them; 0 passes the whole text at once."""
    stop_after: float | None = None
    """Barge in this long after the first audio."""
    patience: float = 8.0
    """Hang up when there has been nothing to play for this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Close the TTS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The outcome of a `Say`. Times in seconds from the first token."""

    number: int
    sample_rate: int
    """Hz; 0 if there was no audio."""
    chunks: list[tuple[float, bytes]]
    """When each piece of audio arrived, and its signed 16-bit mono samples."""
    ended: float
    """When the peer reported the reply as over, or the caller hung up."""
    failed: str
    """Why the reply ended early, in one word; empty if it did not."""


Command = Open | Say | Close
_COMMANDS: dict[str, type[Command]] = {"open": Open, "say": Say, "close": Close}
READY = json.dumps({"ready": True})


def write_command(command: Command) -> str:
    """`command` as a line."""
    return json.dumps({"do": type(command).__name__.lower()} | asdict(command))


def read_command(line: str | bytes) -> Command:
    """The command in a line."""
    fields: dict[str, Any] = json.loads(line)
    return _COMMANDS[fields.pop("do")](**fields)


def write_delivery(delivery: Delivery) -> str:
    """`said` as a line."""
    chunks = [(at, base64.b64encode(pcm).decode()) for at, pcm in delivery.chunks]
    return json.dumps(asdict(delivery) | {"chunks": chunks})


def read_delivery(line: str | bytes) -> Delivery | None:
    """The delivery in a line; None if the line says only that the peer is ready."""
    fields: dict[str, Any] = json.loads(line)
    if "number" not in fields:
        return None
    chunks = [(at, base64.b64decode(pcm)) for at, pcm in fields.pop("chunks")]
    return Delivery(chunks=chunks, **fields)
