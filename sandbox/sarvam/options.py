"""The options of the stand-in for Sarvam."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sandbox.tts import SpeechAccount, SpeechOptions

from .dialogue import Rules
from .messages import CodeStyle


class SarvamOptions(SpeechOptions):
    """How the service behaves where it depends on the plan, or is not fully known.

    Messages of 550 ms of audio are reported; the length of the others is inferred.
    """

    idle_timeout: float = Field(60.0, gt=0, le=3600)
    """Seconds without a message from the client until error 408 (documented: 60)."""
    protocol_ping_resets_idle: bool = False
    """Whether a WebSocket PING counts as a message (reports contradict each other)."""
    concurrency_limit: int | None = Field(30, ge=1)
    """Sockets open at once; one more is refused with 429 (documented: 30 on the first plan)."""
    final_on_reconfigure: bool = False
    """Whether text that is spoken because of a new configuration gets a `final` (unknown)."""
    unspeakable: Literal["error", "silence"] = "error"
    """The answer to a text message without a speakable character (both are reported)."""
    wav_header: Literal["utterance", "socket"] = "utterance"
    """Whether each flush begins with a RIFF header, or only the first one of a socket."""
    code_style: CodeStyle = "number"
    """How error messages carry their status (all three are reported)."""
    odd_cuts: bool = False
    """Cut messages inside samples or frames: all but the last have an odd length."""
    pace_spread: float = Field(0.0, ge=0, lt=1)
    """Largest random change of the pace, as a fraction. At 0 a text always sounds the same, unlike
    any generative voice."""
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


Account = SpeechAccount[SarvamOptions]
