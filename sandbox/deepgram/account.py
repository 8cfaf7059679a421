"""The account of the stand-in for Deepgram: options, final results, and the recogniser."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from sandbox.account import Account as BaseAccount
from sandbox.account import Options
from sandbox.conditions import Conditions

from .recogniser_process import RecogniserProcess, StreamRecogniser
from .scripted_recogniser import Script, ScriptedRecogniser
from .transcript import Word


class DeepgramOptions(Options):
    """What the service recognises, and its time limits."""

    script: tuple[str, ...] | None = None
    """Texts that are recognised whatever is said, in any language; null or empty: recognise.

    Streams that are already open keep the script that they began with. A shared one may get
    further texts while they follow it."""
    shared_script: bool = False
    """Whether all streams share one script, as those of one call that reconnects; otherwise each
    stream begins with the first text. A shared script may still be empty: its texts come later."""
    script_gap: float = Field(0.6, ge=0, le=10)
    """Seconds of silence within which speech continues the same text of the script."""
    interim_interval: float = Field(0.25, gt=0, le=10)
    """Seconds of speech from one interim result to the next (inferred)."""
    longest_segment: float = Field(12.0, ge=1, le=120)
    """Seconds of speech without a pause after which a result is final anyway (inferred)."""
    idle_timeout: float = Field(10.0, gt=0, le=3600)
    """Seconds without audio or a message until the connection is closed (documented: 10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribed:
    """One final result that was sent."""

    at: float
    """Unix time in seconds."""
    stream: int
    """Number of the stream, from 1 in order of arrival."""
    start: float
    """Seconds of the stream; so is `end`."""
    end: float
    text: str


class Account(BaseAccount[DeepgramOptions, Transcribed]):
    """The account that all keys of one stand-in belong to."""

    log_name = "transcripts"

    def __init__(self, conditions: Conditions, options: DeepgramOptions) -> None:
        super().__init__(conditions, options)
        self.process = RecogniserProcess()
        self._shared = self._new_script()

    def change(self, changes: dict[str, Any]) -> None:
        """Change some options; a new script starts with its first text, unless it is the shared
        one and more."""
        super().change(changes)
        if "script" in changes and not (
            self.options.shared_script and self._shared.continues_as(self.options.script or ())
        ):
            self._shared = self._new_script()

    @property
    def is_scripted(self) -> bool:
        """Whether new streams follow a script instead of recognising speech."""
        return bool(self.options.script) or self.options.shared_script

    def recogniser(self) -> StreamRecogniser:
        """The recogniser of a new stream."""
        if not self.is_scripted:
            return self.process.recogniser()
        return ScriptedRecogniser(
            self._shared if self.options.shared_script else self._new_script()
        )

    def log_final(self, stream: int, words: Sequence[Word]) -> None:
        """Count a final result that was sent, and log its words."""
        self.stats["finals"] += 1
        if words:
            self.log.append(
                Transcribed(
                    at=time.time(),
                    stream=stream,
                    start=round(words[0].start, 3),
                    end=round(words[-1].end, 3),
                    text=" ".join(word.written for word in words),
                )
            )

    def describe(self) -> dict[str, Any]:
        """This account's part of `/_stats`."""
        return super().describe() | {"audio_seconds": self.stats["audio_ms"] / 1000}

    def _new_script(self) -> Script:
        return Script(self.options.script or (), gap=self.options.script_gap)
