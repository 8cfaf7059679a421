"""The server's messages about a context, as objects. Pure."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from sandbox.voice import Word

# The status of every message but errors (documented).
_PARTIAL_CONTENT = 206


def chunk(context_id: str, data: bytes, *, flush_id: int, step_time: float) -> dict[str, Any]:
    """A piece of audio; `step_time` is the model's time for it, in milliseconds."""
    encoded = base64.b64encode(data).decode()
    about = {"data": encoded, "step_time": step_time, "flush_id": flush_id}
    return _message("chunk", context_id) | about


def timestamps(context_id: str, words: Sequence[Word], *, flush_id: int) -> dict[str, Any]:
    """The times of words, in seconds from the context's first sample."""
    about = {
        "words": [word.text for word in words],
        "start": [round(word.start, 3) for word in words],
        "end": [round(word.end, 3) for word in words],
    }
    return _message("timestamps", context_id) | {"word_timestamps": about, "flush_id": flush_id}


def flush_done(context_id: str, *, flush_id: int) -> dict[str, Any]:
    """All audio before that flush has been sent."""
    return _message("flush_done", context_id) | {"flush_done": True, "flush_id": flush_id}


def done(context_id: str) -> dict[str, Any]:
    """All audio of the context has been sent."""
    return _message("done", context_id) | {"done": True}


def _message(kind: str, context_id: str) -> dict[str, Any]:
    return {
        "type": kind,
        "done": False,
        "status_code": _PARTIAL_CONTENT,
        "context_id": context_id,
    }
