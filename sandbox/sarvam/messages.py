"""The server's messages, as JSON text. Pure."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any, Literal

from .catalogue import content_type
from .validation import Refusal

CodeStyle = Literal["number", "string", "prefix"]
"""Where an error's status is: as a number or a string in `code`, or before the message."""


def audio(data: bytes, *, codec: str, request_id: str) -> str:
    """A piece of one utterance's audio."""
    encoded = base64.b64encode(data).decode()
    body = {"content_type": content_type(codec), "audio": encoded, "request_id": request_id}
    return _frame("audio", body)


def final(now: datetime) -> str:
    """All that was flushed has been sent."""
    stamp = now.isoformat(timespec="microseconds").replace("+00:00", "Z")
    body = {"event_type": "final", "message": "Audio generation completed", "timestamp": stamp}
    return _frame("event", body)


def error(refusal: Refusal, *, style: CodeStyle, request_id: str) -> str:
    """A refusal, after which the server closes the connection."""
    body: dict[str, Any] = {"message": refusal.message, "details": {}, "request_id": request_id}
    if style == "prefix" or refusal.code_in_message:
        body["message"] = f"{refusal.code}: {refusal.message}"
    else:
        body["code"] = str(refusal.code) if style == "string" else refusal.code
    return _frame("error", body)


def pong() -> str:
    """An answer to `ping`, undocumented (one client has seen it)."""
    return json.dumps({"type": "pong"})


def unknown() -> str:
    """A message of a type that no document names."""
    return _frame("metrics", {"queue_depth": 0})


def garbage() -> str:
    """Text that is not JSON."""
    return '{"type":"audio","data":{"audio":"\ufffd'


def _frame(kind: str, data: dict[str, Any]) -> str:
    return json.dumps({"type": kind, "data": data}, ensure_ascii=False)
