"""Settings of the stand-in beside latency and faults: `/_control` calls them `options`."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .dialogue import Rules
from .messages import CodeStyle


class SarvamOptions(BaseModel):
    """How this Sarvam behaves where the real one is set by a plan, or is not fully known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voice: Literal["espeak", "tone"] = "espeak"
    """A real voice, or tones that tell which text they stand for (`sandbox.voice.tone`)."""
    idle_timeout: float = Field(60.0, gt=0, le=3600)
    """Seconds without a message of the client until error 408 (documented: 60)."""
    protocol_ping_resets_idle: bool = False
    """Whether a WebSocket PING counts as a message (reports contradict each other)."""
    concurrency_limit: int | None = Field(30, ge=1)
    """Sockets open at once; one more is refused with 429 (documented: 30 on the first plan)."""
    final_on_reconfigure: bool = False
    """Whether text spoken because a new configuration came gets a `final` (unknown)."""
    unspeakable: Literal["error", "silence"] = "error"
    """What a text message without a speakable character brings (both are reported)."""
    wav_header: Literal["utterance", "socket"] = "utterance"
    """Whether the RIFF header begins each flush, or only the first one of a socket."""
    code_style: CodeStyle = "number"
    """How error messages carry their status (all three are reported)."""
    odd_cuts: bool = False
    """Cut messages in mid-sample or mid-frame: all but the last have an odd length."""
    unknown_messages: bool = False
    """Send a message of an unknown type before each synthesis."""
    pong: bool = False
    """Answer JSON pings."""
    first_chunk: tuple[float, float] = (0.1, 0.2)
    """Least and most seconds of audio in the first message of a synthesis."""
    chunk: tuple[float, float] = (0.05, 0.55)
    """The same for the others (550 ms reported; the spread is inferred)."""
    allowed_keys: frozenset[str] | None = Field(None, repr=False)
    """Keys that are let in; None: any that is not empty and does not begin with `bad`."""

    @model_validator(mode="after")
    def _check_ranges(self) -> Self:
        for name in ("first_chunk", "chunk"):
            low, high = getattr(self, name)
            if not 0.01 <= low <= high <= 10:
                raise ValueError(f"{name} is [least, most] seconds, from 0.01 to 10")
        return self

    def rules(self) -> Rules:
        """The part that `Dialogue` needs."""
        return Rules(
            final_on_reconfigure=self.final_on_reconfigure,
            unspeakable_is_error=self.unspeakable == "error",
        )

    def admits(self, key: str) -> bool:
        """Whether `key` opens the door."""
        if self.allowed_keys is not None:
            return key in self.allowed_keys
        return bool(key) and not key.startswith("bad")
