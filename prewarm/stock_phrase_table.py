"""The stock phrases of an assistant, by language: its file `phrases.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import ConfigDict

_NO_CHANGE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The stock phrases of one language, each exactly as it is spoken. An empty one is not said."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    greeting: str
    openers: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    say_again_apology: str = ""
    hold_on_apology: str = ""
    goodbye: str = ""
    too_long_notice: str = ""
    too_many_notice: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Every phrase once, those that are needed first in front."""
        answer = (self.greeting, *self.openers, *self.fillers)
        failure = (self.say_again_apology, self.hold_on_apology, self.goodbye)
        texts = (*answer, *failure, self.too_long_notice, self.too_many_notice)
        return tuple(dict.fromkeys(filter(None, texts)))


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """The stock phrases of one assistant.

    Attributes:
        by_language: By Sarvam's code of the language.
        voices: Arguments of `TTS.update_options` by the same code: what the voice of a language
            needs beside the code. Each language has the same arguments, or none has any.
    """

    by_language: Mapping[str, Phrases]
    voices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def voice(self, language: str) -> Mapping[str, Any]:
        """The arguments of the voice in `language`, without the language's code."""
        return self.voices.get(language, _NO_CHANGE)
