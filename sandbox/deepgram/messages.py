"""Writes Deepgram's messages and reads the client's. Pure; the only module that knows the JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from .query import ListenQuery
from .transcript import Word, language_of

# Real models have UUIDs; this one shows that it is no real one.
_MODEL_UUID = "51a4d1de-0000-4000-8000-000000000000"
_VERSION = "2026-01-01.stand-in"


class ControlMessage(BaseModel):
    """A text message of the client."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: Literal["KeepAlive", "Finalize", "CloseStream", "Configure"]
    keyterms: tuple[str, ...] | None = None
    """New keyterms, in a `Configure` message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The part of the stream that one result covers."""

    start: float
    """Seconds since the stream began; so is `end`."""
    end: float
    words: Sequence[Word]
    is_final: bool
    speech_final: bool = False
    from_finalize: bool = False


def read_control(text: str) -> ControlMessage | None:
    """The message; None if it is not valid."""
    try:
        return ControlMessage.model_validate_json(text)
    except ValidationError:
        return None


def results(segment: Segment, query: ListenQuery, *, request_id: str) -> str:
    """A `Results` message."""
    return _dump(
        {
            "type": "Results",
            "channel_index": [0, 1],
            "duration": _seconds(segment.end - segment.start),
            "start": _seconds(segment.start),
            "is_final": segment.is_final,
            "speech_final": segment.speech_final,
            "channel": {"alternatives": [_alternative(segment.words, query)]},
            "metadata": {
                "request_id": request_id,
                "model_info": _model_info(query),
                "model_uuid": _MODEL_UUID,
            },
            "from_finalize": segment.from_finalize,
        }
    )


def _alternative(words: Sequence[Word], query: ListenQuery) -> dict[str, Any]:
    """The only transcript of the channel."""
    text = " ".join(word.written if query.is_formatted else word.bare for word in words)
    confidence = sum(word.confidence for word in words) / len(words) if words else 0.0
    found: dict[str, Any] = {
        "transcript": text,
        "confidence": round(confidence, 4),
        "words": [_word(word, query) for word in words],
    }
    if query.language == "multi" and words:
        found["languages"] = [language_of(text)]
    return found


def _word(word: Word, query: ListenQuery) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "word": word.bare,
        "start": _seconds(word.start),
        "end": _seconds(word.end),
        "confidence": round(word.confidence, 4),
    }
    if query.is_formatted:
        entry["punctuated_word"] = word.written
    if query.language == "multi":
        entry["language"] = language_of(word.written)
    return entry


def speech_started(at: float) -> str:
    """Sent with `vad_events` when speech begins, at `at` seconds."""
    return _dump({"type": "SpeechStarted", "channel": [0], "timestamp": _seconds(at)})


def utterance_end(last_word_end: float) -> str:
    """Sent with `utterance_end_ms` when no word has followed for that time."""
    return _dump(
        {"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": _seconds(last_word_end)}
    )


def metadata(*, request_id: str, sha256: str, created: datetime, duration: float) -> str:
    """The last message before the server closes."""
    return _dump(
        {
            "type": "Metadata",
            "transaction_key": "deprecated",
            "request_id": request_id,
            "sha256": sha256,
            "created": _instant(created),
            "duration": _seconds(duration),
            "channels": 1,
        }
    )


def schema_error(message: str) -> str:
    """The answer to a text message that is not valid."""
    return error("SchemaError", "Could not deserialize last text message", message=message)


def error(variant: str, description: str, **fields: str) -> str:
    """An error during the stream."""
    return _dump({"type": "Error", "variant": variant, "description": description, **fields})


def configured(keyterms: Sequence[str] | None, *, request_id: str) -> str:
    """The answer to `Configure`: the keyterms in force, if it changed them."""
    fields: Mapping[str, Any] = {} if keyterms is None else {"keyterms": list(keyterms)}
    return _dump({"type": "ConfigureSuccess", "request_id": request_id, **fields})


def not_configured(*, request_id: str) -> str:
    """The refusal of new keyterms for a model that has none."""
    return _dump(
        {
            "type": "ConfigureFailure",
            "request_id": request_id,
            "code": "CONFIGURE_KEYTERMS_NOT_SUPPORTED",
            "description": "Keyterms can be changed on Nova-3 models only",
        }
    )


def refusal(code: str, message: str, *, request_id: str) -> dict[str, str]:
    """The JSON body of an HTTP error."""
    return {"err_code": code, "err_msg": message, "request_id": request_id}


def garbage() -> str:
    """A message that is not of the protocol."""
    return "}{ no JSON \ufffd"


def _model_info(query: ListenQuery) -> dict[str, str]:
    return {"name": f"stand-in-for-{query.model}", "version": _VERSION, "arch": query.model}


def _seconds(value: float) -> float:
    return round(value, 3)


def _instant(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _dump(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False)
