"""The client's messages, validated. Pure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

from .catalogue import DEFAULT_RATE, Bitrate, Codec, Language, Model

LONGEST_TEXT = 2500
"""Characters of one text message (documented)."""


class _Lenient(BaseModel):
    """Ignores unknown keys, and takes null as the default: the SDK sends nulls."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _null_is_default(cls, value: Any, info: Any) -> Any:
        field = cls.model_fields[info.field_name]
        return field.get_default() if value is None and not field.is_required() else value


class Voice(_Lenient):
    """The fields that socket configurations and REST requests share."""

    language: Language = Field(
        validation_alias=AliasChoices("target_language_code", "language_code")
    )
    model: Model | None = None
    pace: float = Field(1.0, ge=0.3, le=3.0)
    temperature: float = Field(0.6, ge=0.01, le=1.0)
    sample_rate: int = Field(DEFAULT_RATE, validation_alias="speech_sample_rate")
    bitrate: Bitrate = Field("128k", validation_alias="output_audio_bitrate")
    dict_id: str | None = None

    @property
    def bits_per_second(self) -> int:
        """The bit rate as a number."""
        return int(self.bitrate.removesuffix("k")) * 1000


class Config(Voice):
    """Data of a `config` message: the voice and the buffer from then on.

    Pitch and loudness are accepted and ignored, as bulbul:v3 does on a socket (documented).
    """

    speaker: str = Field(min_length=1)
    codec: Codec = Field("mp3", validation_alias="output_audio_codec")
    min_buffer_size: int = Field(50, ge=30, le=200)
    max_chunk_length: int = Field(150, ge=50, le=500)


class Text(BaseModel):
    """Data of a `text` message."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class ConfigFrame(BaseModel):
    """`{"type": "config", "data": {...}}`."""

    type: Literal["config"]
    data: Config


class TextFrame(BaseModel):
    """`{"type": "text", "data": {"text": "..."}}`."""

    type: Literal["text"]
    data: Text


class FlushFrame(BaseModel):
    """`{"type": "flush"}`."""

    type: Literal["flush"]


class PingFrame(BaseModel):
    """`{"type": "ping"}`."""

    type: Literal["ping"]


Frame = Annotated[ConfigFrame | TextFrame | FlushFrame | PingFrame, Field(discriminator="type")]
