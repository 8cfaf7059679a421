"""Translates requests to Sarvam's JSON frames, and frames to Events.

No other module knows the JSON. Sources: Sarvam's AsyncAPI for the text-to-speech WebSocket, and
observation; `docs/design.md` lists what is documented, observed and assumed.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from ..errors import SarvamError, from_server, from_status
from ..models import MAX_TEXT, is_v4
from ..voice import Voice

PING: Final = '{"type":"ping"}'
FLUSH: Final = '{"type":"flush"}'

_MAX_NAME: Final = 200  # characters of an id or a kind; Sarvam's ids have 45
_MAX_MESSAGE: Final = 2000  # characters of an error's message

_STATUS: Final = re.compile(r"\s*([0-9]{1,3})\s*")
_STATUS_PREFIX: Final = re.compile(r"\s*([0-9]{3})\s*:")


@dataclass(frozen=True, slots=True)
class Audio:
    """A piece of encoded audio; it may be cut anywhere."""

    data: bytes
    request_id: str


@dataclass(frozen=True, slots=True)
class Complete:
    """All audio of the oldest unanswered flush has been sent."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error frame, or a message outside the protocol. The connection is dead after it, and no
    `final` will come."""

    error: SarvamError


@dataclass(frozen=True, slots=True)
class Ignored:
    """A message of a kind that is not used (`pong`, or a kind of a later version)."""

    kind: str


Event = Audio | Complete | Failure | Ignored


def url(ws_url: str, *, model: str) -> str:
    """Address of a connection. The model in it pins the engine for the connection's life."""
    base = ws_url.rstrip("/")
    # The official plugin uses this path for bulbul:v4-flash; without it an older engine answers.
    if is_v4(model) and not base.endswith("/v2"):
        base += "/v2"
    # Request the event explicitly: without the parameter one client never received `final`.
    return f"{base}?{urlencode({'model': model, 'send_completion_event': 'true'})}"


def config(voice: Voice) -> str:
    """The `config` message. It is sticky; a repeated one flushes the server's buffer."""
    data: dict[str, object] = {
        "target_language_code": voice.target_language_code,
        "speaker": voice.speaker,
        "model": voice.model,
        "pace": voice.pace,
        "temperature": voice.temperature,
        "speech_sample_rate": voice.speech_sample_rate,
        "output_audio_codec": voice.output_audio_codec,
        "output_audio_bitrate": voice.output_audio_bitrate,
        "min_buffer_size": voice.min_buffer_size,
        "max_chunk_length": voice.max_chunk_length,
    }
    if is_v4(voice.model):
        data["pitch"] = voice.pitch
        data["loudness"] = voice.loudness
        data["enable_preprocessing"] = voice.enable_preprocessing
    if voice.dict_id is not None:
        data["dict_id"] = voice.dict_id
    return json.dumps({"type": "config", "data": data})


def text(piece: str) -> str:
    """A `text` message of 1 to `MAX_TEXT` characters."""
    if not 1 <= len(piece) <= MAX_TEXT:
        raise ValueError(f"a text message has 1 to {MAX_TEXT} characters, not {len(piece)}")
    return json.dumps({"type": "text", "data": {"text": piece}}, ensure_ascii=False)


def parse(frame: str | bytes) -> Event:
    """The Event of one message from the server. Never raises: garbage is a `Failure`."""
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError):
        # This also covers numbers of thousands of digits, and thousands of nested brackets.
        message = None
    if not isinstance(message, dict) or "type" not in message:
        return _garbage("a message that is not JSON of the protocol")
    data = message.get("data")
    if not isinstance(data, dict):
        data = {}
    match kind := message["type"]:
        case "audio":
            return _audio(data)
        case "event" if data.get("event_type") == "final":
            return Complete()
        case "error":
            return Failure(_error(data))
        case _:
            return Ignored(_words(kind, _MAX_NAME) or type(kind).__name__)


def _audio(data: dict[str, object]) -> Event:
    payload = data.get("audio")
    if not isinstance(payload, str):
        return _garbage("an audio message without audio")
    try:
        decoded = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        return _garbage("an audio message that is not base64")
    return Audio(decoded, _words(data.get("request_id"), _MAX_NAME))


def _words(value: object, max_length: int) -> str:
    """A string from the server, cut to a length that fits a log; empty for any other type."""
    return value[:max_length] if isinstance(value, str) else ""


def _error(data: dict[str, object]) -> SarvamError:
    message = _words(data.get("message"), _MAX_MESSAGE) or "no message"
    request_id = _words(data.get("request_id"), _MAX_NAME)
    return from_server(message, status=_status(data, message), request_id=request_id)


def _status(data: dict[str, object], message: str) -> int:
    """Status of an error frame: an integer, a string of digits, or a prefix of the message
    ("400: Speaker ..."); all three were observed. -1 when there is none."""
    code = data.get("code")
    if isinstance(code, int) and not isinstance(code, bool) and 0 < code < 1000:
        return code
    match = _STATUS.fullmatch(code) if isinstance(code, str) else None
    match = match or _STATUS_PREFIX.match(message)
    return int(match[1]) if match else -1


def _garbage(what: str) -> Failure:
    return Failure(from_status(f"the server sent {what}", status=-1))
