"""Settings of the stand-in beside latency and faults: `/_control` calls them `options`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sandbox.tts import SpeechOptions

from .dialogue import Rules
from .messages import CodeStyle


class SarvamOptions(SpeechOptions):
    """How this Sarvam behaves where the real one is set by a plan, or is not fully known.

    Messages of 550 ms of audio are reported; how long the others are is inferred.
    """

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
    pace_spread: float = Field(0.0, ge=0, lt=1)
    """By what share a text is said faster or slower than asked for, drawn each time. At 0 a text
    always sounds the same, which no generative voice does."""
    unknown_messages: bool = False
    """Send a message of an unknown type before each synthesis."""
    pong: bool = False
    """Answer JSON pings."""

    def rules(self) -> Rules:
        """The part that `Dialogue` needs."""
        return Rules(
            final_on_reconfigure=self.final_on_reconfigure,
            unspeakable_is_error=self.unspeakable == "error",
        )
