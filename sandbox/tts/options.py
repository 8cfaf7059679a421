"""Options that every stand-in for text to speech has."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sandbox.account import Options


class SpeechOptions(Options):
    """Voice, message lengths and limits; a provider adds its own."""

    voice: Literal["espeak", "tone", "words"] = "espeak"
    """A real voice, or tones that identify the text or its words (`sandbox.voice.tone`)."""
    first_chunk: tuple[float, float] = (0.1, 0.2)
    """Shortest and longest audio of the first message of a synthesis, in seconds."""
    chunk: tuple[float, float] = (0.05, 0.55)
    """The same for the other messages."""
    concurrency_limit: int | None = Field(None, ge=1)
    """What may be open or active at once; None: without limit."""

    @property
    def socket_limit(self) -> int | None:
        """Sockets that may be open at once."""
        return self.concurrency_limit

    @model_validator(mode="after")
    def _check_ranges(self) -> Self:
        for name in ("first_chunk", "chunk"):
            low, high = getattr(self, name)
            if not 0.01 <= low <= high <= 10:
                raise ValueError(f"{name} is [least, most] seconds, from 0.01 to 10")
        return self
