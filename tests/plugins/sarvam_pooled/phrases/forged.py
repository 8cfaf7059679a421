"""Phrases as somebody else would write them: whatever is in them, their digits are right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from livekit.plugins.sarvam_pooled.phrases.phrase import Phrase
from livekit.plugins.sarvam_pooled.phrases.wav import encode
from livekit.plugins.sarvam_pooled.voice import Voice

DEEP = b"[" * 20_000
"""JSON that no parser follows to its end."""


def rewritten(phrase: Phrase, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The file of `phrase` with its JSON changed."""
    file = encode(phrase)
    about = json.loads(file[file.index(b"{") : len(file) - len(phrase.pcm) - 8])
    change(about)
    return with_json(phrase, json.dumps(about).encode())


def with_json(phrase: Phrase, text: bytes, *, rate: int | None = None) -> bytes:
    """The file of `phrase` with other JSON, and another rate in its WAV header."""
    file = encode(phrase)
    fmt = file[12:36]
    if rate is not None:
        fmt = fmt[:12] + rate.to_bytes(4, "little") + (rate * 2).to_bytes(4, "little") + fmt[20:]
    text += b" " * (len(text) % 2)
    rest = text + file[len(file) - len(phrase.pcm) - 8 :]
    phrs = hashlib.sha256(rest).hexdigest().encode() + text
    body = b"WAVE" + fmt + b"phrs" + len(phrs).to_bytes(4, "little") + phrs + rest[len(text) :]
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def at_rate(phrase: Phrase, rate: int) -> bytes:
    """The file of `phrase` as if its samples had another rate than its voice."""
    file = encode(phrase)
    about = json.loads(file[file.index(b"{") : len(file) - len(phrase.pcm) - 8])
    return with_json(phrase, json.dumps(about | {"sample_rate": rate}).encode(), rate=rate)


def relabelled(phrase: Phrase, **fields: Any) -> bytes:
    """The file of `phrase` with other fields of its voice, and the digest of their key."""

    def change(about: dict[str, Any]) -> None:
        about["voice"] |= fields
        # Unchecked, as its author needs no `Voice`.
        voice = object.__new__(Voice)
        for name, value in about["voice"].items():
            object.__setattr__(voice, name, value)
        about["digest"] = replace(phrase.key, voice=voice).digest

    return rewritten(phrase, change)


def _with(**fields: Any) -> Callable[[Phrase], bytes]:
    return lambda phrase: rewritten(phrase, lambda about: about.update(fields))


def _voiced(**fields: Any) -> Callable[[Phrase], bytes]:
    return lambda phrase: relabelled(phrase, **fields)


FORGERIES: dict[str, Callable[[Phrase], bytes]] = {
    "rate 0": lambda phrase: at_rate(phrase, 0),
    "another rate than the voice's": lambda phrase: at_rate(phrase, 8000),
    "deep JSON": lambda phrase: with_json(phrase, DEEP),
    "a list for a speaker": _voiced(speaker=["shubh"]),
    "a number for a language": _voiced(target_language_code=5),
    "a truth for a pace": _voiced(pace=True),
    "a list for a text": _with(text=["Sure."]),
    "a list for a transform": _with(transform=[1]),
    "made at no time": _with(created=float("inf")),
    "made before time": _with(created=-1),
    "made after time": _with(created=10**400),
    "made at a text": _with(created="1e9"),
    "late for ever": _with(first_audio=1e300),
    "late by no number": _with(first_audio=float("nan")),
    "a large header": _with(more="x" * 100_000),
}
"""Everything that broke a reader once, or could."""
