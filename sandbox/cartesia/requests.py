"""The client's requests and messages, validated. Pure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from sandbox.voice import LANGUAGES

from .problems import Problem

Encoding = Literal["pcm_s16le", "pcm_f32le", "pcm_mulaw", "pcm_alaw"]
SampleRate = Literal[8000, 16000, 22050, 24000, 44100, 48000]

# Factor of the pace for each word of the experimental `speed` (inferred).
_SPEEDS = {"slow": 0.8, "normal": 1.0, "fast": 1.25}


class RawFormat(BaseModel):
    """Samples without a header; the only format of a WebSocket."""

    model_config = ConfigDict(frozen=True)

    container: Literal["raw"]
    encoding: Encoding
    sample_rate: SampleRate


class WavFormat(BaseModel):
    """Samples after a RIFF header."""

    model_config = ConfigDict(frozen=True)

    container: Literal["wav"]
    encoding: Encoding
    sample_rate: SampleRate


class Mp3Format(BaseModel):
    """MP3 at a constant bit rate, in bits per second."""

    model_config = ConfigDict(frozen=True)

    container: Literal["mp3"]
    sample_rate: SampleRate
    bit_rate: Literal[32000, 64000, 96000, 128000, 192000]


Format = RawFormat | WavFormat | Mp3Format


class GenerationConfig(BaseModel):
    """How to speak; volume and emotion are accepted and ignored."""

    model_config = ConfigDict(frozen=True)

    speed: float = Field(1.0, ge=0.6, le=2.0)


class Voice(BaseModel):
    """A voice by its id or, in older versions of the API, by an embedding."""

    model_config = ConfigDict(frozen=True)

    id: str = "embedding"
    mode: Literal["id", "embedding"] = "id"


class Generation(BaseModel):
    """The fields that WebSocket and HTTP requests share."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, protected_namespaces=())

    model_id: str
    transcript: str
    voice: Voice
    language: str = "en"
    speed: Literal["slow", "normal", "fast"] | None = None
    generation_config: GenerationConfig = GenerationConfig()

    @field_validator("model_id")
    @classmethod
    def _check_model(cls, model_id: str) -> str:
        if not model_id.startswith("sonic"):
            raise ValueError("The model is not valid, make sure it is a valid model ID.")
        return model_id

    @field_validator("voice", mode="before")
    @classmethod
    def _read_voice(cls, voice: Any) -> Any:
        return {"id": voice} if isinstance(voice, str) else voice

    @field_validator("language", "generation_config", mode="before")
    @classmethod
    def _null_is_default(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].get_default() if value is None else value

    @field_validator("language")
    @classmethod
    def _check_language(cls, language: str) -> str:
        if language.partition("-")[0] not in LANGUAGES:
            known = ", ".join(sorted(LANGUAGES))
            raise ValueError(f"This stand-in has no voice for it; use one of {known}.")
        return language

    @property
    def pace(self) -> float:
        """Rate of speech; 1 is the voice's own."""
        return self.generation_config.speed * _SPEEDS[self.speed or "normal"]


class BytesRequest(Generation):
    """Body of `POST /tts/bytes`."""

    output_format: Annotated[Format, Field(discriminator="container")]


class ContextRequest(Generation):
    """A piece of a context's transcript."""

    context_id: str = Field(min_length=1)
    output_format: RawFormat
    more: bool = Field(False, alias="continue")
    flush: bool = False
    max_buffer_delay_ms: int = Field(3000, ge=0, le=5000)
    """Most milliseconds that text waits for more text."""
    add_timestamps: bool = False
    """Whether to send the times of words (those of phonemes are not supported)."""

    @field_validator("more", "flush", "max_buffer_delay_ms", "add_timestamps", mode="before")
    @classmethod
    def _absent_is_default(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].get_default() if value is None else value

    def continues(self, first: ContextRequest) -> bool:
        """Whether it may continue `first`: a context is locked to one voice (reported)."""
        own = (self.model_id, self.voice, self.language, self.output_format)
        return own == (first.model_id, first.voice, first.language, first.output_format)


class CancelRequest(BaseModel):
    """Ends a context at once."""

    cancel: Literal[True]
    context_id: str


_BYTES: TypeAdapter[BytesRequest] = TypeAdapter(BytesRequest)
_MESSAGE: TypeAdapter[CancelRequest | ContextRequest] = TypeAdapter(CancelRequest | ContextRequest)


def read_bytes_request(raw: bytes) -> BytesRequest | Problem:
    """The HTTP body, or its error."""
    try:
        return _BYTES.validate_json(raw)
    except ValidationError as error:
        return _problem(error, None)


def read_message(raw: str | bytes) -> ContextRequest | CancelRequest | Problem:
    """The WebSocket message, or its error."""
    try:
        return _MESSAGE.validate_json(raw)
    except ValidationError as error:
        return _problem(error, _context_of(raw))


def _context_of(raw: str | bytes) -> str | None:
    """The context of an invalid message, if it can be read."""
    try:
        return _Named.model_validate_json(raw).context_id
    except ValidationError:
        return None


class _Named(BaseModel):
    context_id: str


def _problem(error: ValidationError, context_id: str | None) -> Problem:
    # Of a union's errors, those of the generation request are the useful ones.
    details = error.errors(include_url=False)
    about = next((one for one in details if "CancelRequest" not in one["loc"]), details[0])
    where = [str(part) for part in about["loc"] if part not in ("ContextRequest", "raw", "wav")]
    name = ".".join(where).replace("more", "continue") or "request"
    return Problem(
        400, f"Invalid {name}", about["msg"].removeprefix("Value error, "), None, context_id
    )
