"""Settings that every stand-in for text to speech has; `/_control` calls them `options`."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class SpeechOptions(BaseModel):
    """The part of a provider's settings that is not the provider's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voice: Literal["espeak", "tone", "words"] = "espeak"
    """A real voice, or tones that tell which text, or which words (`sandbox.voice.tone`)."""
    first_chunk: tuple[float, float] = (0.1, 0.2)
    """Least and most seconds of audio in the first message of a synthesis."""
    chunk: tuple[float, float] = (0.05, 0.55)
    """The same for the others."""
    allowed_keys: frozenset[str] | None = Field(None, repr=False)
    """Keys that are let in; None: any that is not empty and does not begin with `bad`."""

    @model_validator(mode="after")
    def _check_ranges(self) -> Self:
        for name in ("first_chunk", "chunk"):
            low, high = getattr(self, name)
            if not 0.01 <= low <= high <= 10:
                raise ValueError(f"{name} is [least, most] seconds, from 0.01 to 10")
        return self

    def admits(self, key: str) -> bool:
        """Whether `key` opens the door."""
        if self.allowed_keys is not None:
            return key in self.allowed_keys
        return bool(key) and not key.startswith("bad")

    def updated(self, changes: dict[str, Any]) -> Self:
        """The same with some fields changed; pydantic's error if they do not fit."""
        known = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(known | changes)

    def describe(self) -> dict[str, Any]:
        """The settings for `/_stats`, without the keys."""
        return self.model_dump(mode="json", exclude={"allowed_keys"})
