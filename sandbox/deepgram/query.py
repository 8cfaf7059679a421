"""The query string of `/v1/listen`, validated. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from .intake import ENCODINGS, AudioFormat

# Parameters that may be repeated.
_LISTS = frozenset({"keyterm", "keywords", "redact", "replace", "search", "tag"})
_TELEPHONE_RATE = 8000
# Seconds. Without endpointing, a pause of this length still makes a result final, but not the end
# of speech (inferred).
_PAUSE_WITHOUT_ENDPOINTING = 1.0
_DEFAULT_ENDPOINTING = 10.0


class QueryError(ValueError):
    """An invalid parameter; the message names it and its valid values."""


def _read_endpointing(value: object) -> object:
    """Milliseconds, or `false`; `true` is the default."""
    if not isinstance(value, str) or value.lower() not in ("true", "false"):
        return value
    return _DEFAULT_ENDPOINTING if value.lower() == "true" else None


class ListenQuery(BaseModel):
    """The parameters in use; others of the real API are accepted and ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    model: str = "nova-3"
    language: str = "en"
    encoding: str | None = None
    """None: the stream begins with a WAV header."""
    sample_rate: int | None = Field(None, ge=8000, le=96_000)
    channels: int = Field(1, ge=1, le=16)
    """They are mixed into one."""
    multichannel: bool = False
    interim_results: bool = False
    endpointing: Annotated[
        float | None, BeforeValidator(_read_endpointing), Field(ge=0, le=60_000)
    ] = _DEFAULT_ENDPOINTING
    """Milliseconds; None: no endpoints."""
    utterance_end_ms: float | None = Field(None, ge=0, le=60_000)
    vad_events: bool = False
    punctuate: bool = False
    smart_format: bool = False
    keyterm: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> ListenQuery:
        if self.encoding is not None and self.encoding not in ENCODINGS:
            supported = ", ".join(sorted(ENCODINGS))
            raise ValueError(
                f"encoding: this stand-in supports {supported} or, without encoding, WAV;"
                f" not {self.encoding!r}"
            )
        if self.encoding == "linear16" and self.sample_rate is None:
            raise ValueError("sample_rate is required with encoding=linear16")
        if self.multichannel:
            raise ValueError("multichannel: this stand-in supports one channel; leave it out")
        return self

    @property
    def audio_format(self) -> AudioFormat | None:
        """The stream's format; None if it has a WAV header."""
        if self.encoding is None:
            return None
        return AudioFormat(self.encoding, self.sample_rate or _TELEPHONE_RATE, self.channels)

    @property
    def is_formatted(self) -> bool:
        """Whether transcripts have capitals and punctuation."""
        return self.punctuate or self.smart_format

    @property
    def pause(self) -> float:
        """Seconds of silence after which a result is final."""
        if self.endpointing is None:
            return _PAUSE_WITHOUT_ENDPOINTING
        return self.endpointing / 1000

    @property
    def utterance_end(self) -> float | None:
        """Seconds of silence until `UtteranceEnd`; needs interim results (documented)."""
        if self.utterance_end_ms is None or not self.interim_results:
            return None
        return self.utterance_end_ms / 1000


def read_query(parameters: Iterable[tuple[str, str]]) -> ListenQuery:
    """The query of a request from its parameters in order; raises `QueryError`."""
    values: dict[str, str | tuple[str, ...]] = {}
    for name, value in parameters:
        if name in _LISTS:
            values[name] = (*values.get(name, ()), value)
        else:
            values[name] = value
    try:
        return ListenQuery.model_validate(values)
    except ValidationError as error:
        raise QueryError("; ".join(_explain(detail) for detail in error.errors())) from None


def _explain(detail: object) -> str:
    assert isinstance(detail, dict)
    where = ".".join(str(part) for part in detail["loc"])
    what = str(detail["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
