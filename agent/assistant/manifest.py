"""The file `assistant.toml` of an assistant: its schema."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from ..config.languages import language
from ..tools.mcp_servers import McpServer

MAX_KEYTERMS = 100
"""Deepgram takes 500 tokens of key terms in a request (documented)."""

LanguageCode = Annotated[str, AfterValidator(lambda spelling: language(spelling).code)]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VoiceOptions(_Section):
    """Sarvam's voice, in all languages or in one. What is left out is the settings'."""

    speaker: Text | None = None
    pace: float | None = None
    temperature: float | None = None
    pitch: float | None = None
    loudness: float | None = None
    dict_id: Text | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The options that are given: arguments of `sarvam_pooled.TTS`."""
        return self.model_dump(exclude_none=True)


class SttOptions(_Section):
    """What the STT knows of the assistant's subject."""

    keyterms: tuple[Text, ...] = Field((), max_length=MAX_KEYTERMS)
    """Names and terms that callers say."""


class Limits(_Section):
    """Limits of a call, in seconds. What is left out is the settings'."""

    call: float | None = Field(None, ge=0)
    """CALL_LIMIT."""
    silence: float | None = Field(None, ge=0)
    """SILENCE_LIMIT."""
    tool_timeout: float | None = Field(None, gt=0, le=300)
    """TOOL_TIMEOUT."""


class Manifest(_Section):
    """An assistant's `assistant.toml`."""

    name: Text
    """The name for people: in logs and lists."""
    default: bool = False
    """Whether it answers calls that name no assistant, if ASSISTANT is not set."""
    entry: str | None = None
    """The class of `assistant.py` that answers a call; only needed if there are several."""
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    """The languages of calls; a call begins in the first one unless AGENT_LANGUAGE, its dispatch,
    or its caller names another."""
    voice: VoiceOptions = VoiceOptions()
    voices: dict[LanguageCode, VoiceOptions] = Field(default_factory=dict)
    """What differs in one language."""
    stt: SttOptions = SttOptions()
    pronunciations: dict[Text, Text] = Field(default_factory=dict)
    """Written form -> spoken form: replaced in what the TTS gets, not in the transcript."""
    limits: Limits = Limits()
    mcp: tuple[McpServer, ...] = ()
    """MCP servers whose tools the assistant uses."""

    @field_validator("languages")
    @classmethod
    def _each_once(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(codes)) < len(codes):
            raise ValueError("has a language twice")
        return codes
