"""A delay for each stage, injected so that this stage and no other takes longer. Pure.

Each is injected where its cause would be in production: at a provider (its stand-in is configured
to be slow), in a setting of the worker, or, where neither reaches, in the worker's process (see
`delayed_worker`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agent.config.settings import Settings
from agent.latency.marks import Kind

from .configurations import AS_SET, IN_LINE, Configuration

SECONDS: Final = 0.2
"""Length of each injected delay."""
VARIABLE: Final = "BENCH_INJECTED_DELAY"
"""Read by `delayed_worker`: `turn/pool`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectedDelay:
    """One delay."""

    kind: Kind
    stage: str
    where: str
    """What the delay is in, for people."""
    configuration: Configuration = IN_LINE
    first_byte: str = ""
    """The provider whose stand-in answers later."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of the worker, as in `.env`."""

    @property
    def name(self) -> str:
        """Kind and stage."""
        return f"{self.kind.value}/{self.stage}"

    @property
    def is_in_worker(self) -> bool:
        """Whether `delayed_worker` makes the delay."""
        return not self.first_byte and not self.settings

    @property
    def environment(self) -> dict[str, str]:
        """Variables of the worker."""
        own = {VARIABLE: self.name} if self.is_in_worker else {}
        return {**self.configuration.environment, **self.settings, **own}


def _later(field_name: str) -> dict[str, str]:
    """A setting in seconds, with the delay on top of its default."""
    default: Any = Settings.model_fields[field_name].default
    return {field_name.upper(): f"{default + SECONDS:.3f}"}


INJECTED_DELAYS: Final = (
    InjectedDelay(
        kind=Kind.TURN,
        stage="endpoint",
        where="VAD_MIN_SILENCE",
        settings=_later("vad_min_silence"),
    ),
    InjectedDelay(kind=Kind.TURN, stage="stt", where="Deepgram's final", first_byte="deepgram"),
    InjectedDelay(kind=Kind.TURN, stage="end_of_turn", where="the turn detector's answer"),
    InjectedDelay(kind=Kind.TURN, stage="commit", where="between transcript and commit"),
    InjectedDelay(kind=Kind.TURN, stage="llm", where="the LLM's first token", first_byte="openai"),
    InjectedDelay(
        kind=Kind.TURN, stage="segmentation", where="the text, on its way to the segmenter"
    ),
    InjectedDelay(kind=Kind.TURN, stage="pool", where="the pool's lease"),
    InjectedDelay(kind=Kind.TURN, stage="send", where="writing the text to the connection"),
    InjectedDelay(kind=Kind.TURN, stage="tts", where="Sarvam's first audio", first_byte="sarvam"),
    InjectedDelay(kind=Kind.TURN, stage="decode", where="the decoder"),
    InjectedDelay(
        kind=Kind.TURN, stage="publish", where="the TTS's frames, on their way to the session"
    ),
    InjectedDelay(kind=Kind.TURN, stage="play", where="the room's output"),
    InjectedDelay(kind=Kind.INTERRUPTION, stage="detect", where="the VAD's beginning of speech"),
    InjectedDelay(
        kind=Kind.INTERRUPTION,
        stage="decide",
        where="INTERRUPTION_MIN_DURATION",
        settings=_later("interruption_min_duration"),
    ),
    InjectedDelay(kind=Kind.INTERRUPTION, stage="stop", where="stopping the room's output"),
    # A cached greeting waits only for the room; one that is not cached waits for the TTS.
    InjectedDelay(
        kind=Kind.GREETING, stage="enter", where="the start of the job", configuration=AS_SET
    ),
    InjectedDelay(
        kind=Kind.GREETING, stage="connect", where="joining the room", configuration=AS_SET
    ),
    InjectedDelay(
        kind=Kind.GREETING, stage="subscribe", where="publishing the track", configuration=AS_SET
    ),
    InjectedDelay(
        kind=Kind.GREETING, stage="tts", where="Sarvam's first audio", first_byte="sarvam"
    ),
    InjectedDelay(kind=Kind.GREETING, stage="publish", where="the TTS's frames"),
    InjectedDelay(
        kind=Kind.GREETING, stage="play", where="the room's output", configuration=AS_SET
    ),
)
