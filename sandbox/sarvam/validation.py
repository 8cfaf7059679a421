"""What Sarvam accepts, and how it refuses the rest. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from .catalogue import RETIRED_MODELS, STREAMING_RATES, is_speakable, resolve_model, speaks
from .frames import Config, Frame, Voice

_FRAME: TypeAdapter[Frame] = TypeAdapter(Frame)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of the provider: its status and message."""

    code: int
    message: str
    code_in_message: bool = False
    """The frame has no `code`; the number precedes the message (reported)."""


# The answer to anything that does not match the schema (reported).
SCHEMA_ERROR = Refusal(422, "Input parameters has to be a valid dictionary")
BAD_RATE = Refusal(400, "Speech sample rate can only be 8000, 16000, 22050, 24000 Hz")
UNSPEAKABLE = Refusal(
    422, "400: Text must contain at least one character from the allowed languages."
)
IDLE = Refusal(408, "Websocket was left open without any messages for too long.")
RATE_LIMIT = Refusal(429, "rate limit exceeded")
# Pace of the models in use; the retired one allowed 0.3 to 3.0 (documented).
_PACE = (0.5, 2.0)
_OPUS_HAS_NO = 22050


def read_frame(raw: str) -> Frame | Refusal:
    """A message of the client, or why it is refused."""
    try:
        return _FRAME.validate_json(raw)
    except ValidationError:
        return SCHEMA_ERROR


def check_config(config: Config, engine: str) -> Refusal | None:
    """Why `config` is refused on a socket whose URL names `engine`; None if it is not."""
    refusal = check_model(engine) or check_speaker(config.speaker, engine)
    if refusal is not None:
        return refusal
    if config.sample_rate not in STREAMING_RATES:
        return BAD_RATE
    return check_voice(config, engine, config.codec)


def check_model(name: str) -> Refusal | None:
    """Why there is no engine `name`; None if there is one."""
    if name in RETIRED_MODELS:
        return Refusal(400, f"Model {name} is retired, please use bulbul:v3 instead")
    return SCHEMA_ERROR if resolve_model(name) is None else None


def check_speaker(speaker: str, engine: str) -> Refusal | None:
    """Why `engine` cannot speak as `speaker`; None if it can."""
    model = resolve_model(engine) or engine
    if speaks(model, speaker):
        return None
    message = f"Speaker '{speaker}' is not compatible with model {model}"
    return Refusal(400, message, code_in_message=True)


def check_voice(voice: Voice, engine: str, codec: str) -> Refusal | None:
    """Why a voice is refused by limits outside the schema; None if it is not."""
    if not _PACE[0] <= voice.pace <= _PACE[1]:
        return SCHEMA_ERROR
    v4 = resolve_model(engine) == "bulbul:v4-flash"
    if v4 and codec == "opus" and voice.sample_rate == _OPUS_HAS_NO:
        return Refusal(400, "OPUS supports 8000, 16000 and 24000 Hz only")
    return None


def check_text(text: str) -> Refusal | None:
    """Why `text` cannot be spoken; None if it can."""
    return None if is_speakable(text) else UNSPEAKABLE
