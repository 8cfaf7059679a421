"""A delay for each stage: where it is planted so that this stage, and no other, takes longer. Pure.

A delay is planted where the cause would be in life: a provider that is slow (its stand-in is told
so), a setting of the worker, or, where neither reaches, in the worker's process (see `planted`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agent.config.settings import Settings
from agent.latency.marks import Kind

from .ways import AS_SET, IN_LINE, Way

SECONDS: Final = 0.2
"""What is planted."""
VARIABLE: Final = "BENCH_PLANT"
"""What `planted` reads: `turn/pool`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """One delay."""

    kind: Kind
    stage: str
    where: str
    """For people."""
    way: Way = IN_LINE
    first_byte: str = ""
    """The provider whose stand-in answers later."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Variables of the worker."""

    @property
    def name(self) -> str:
        """Kind and stage."""
        return f"{self.kind.value}/{self.stage}"

    @property
    def in_worker(self) -> bool:
        """Whether it is `planted` that delays."""
        return not self.first_byte and not self.settings

    @property
    def environment(self) -> dict[str, str]:
        """What the worker runs with."""
        own = {VARIABLE: self.name} if self.in_worker else {}
        return {**self.way.environment, **self.settings, **own}


def _later(field_name: str) -> dict[str, str]:
    """A setting in seconds, with the delay on top of its default."""
    default: Any = Settings.model_fields[field_name].default
    return {field_name.upper(): f"{default + SECONDS:.3f}"}


PLANTS: Final = (
    Plant(
        kind=Kind.TURN,
        stage="endpoint",
        where="VAD_MIN_SILENCE",
        settings=_later("vad_min_silence"),
    ),
    Plant(kind=Kind.TURN, stage="stt", where="Deepgram's final", first_byte="deepgram"),
    Plant(kind=Kind.TURN, stage="turn", where="the turn detector's answer"),
    Plant(kind=Kind.TURN, stage="commit", where="between transcript and commit"),
    Plant(kind=Kind.TURN, stage="llm", where="the model's first token", first_byte="openai"),
    Plant(kind=Kind.TURN, stage="text", where="the text, on its way to the segmenter"),
    Plant(kind=Kind.TURN, stage="pool", where="the pool's lease"),
    Plant(kind=Kind.TURN, stage="send", where="writing the text to the connection"),
    Plant(kind=Kind.TURN, stage="voice", where="Sarvam's first audio", first_byte="sarvam"),
    Plant(kind=Kind.TURN, stage="decode", where="the decoder"),
    Plant(kind=Kind.TURN, stage="hand", where="the voice's frames, on their way to the session"),
    Plant(kind=Kind.TURN, stage="play", where="the room's output"),
    Plant(kind=Kind.INTERRUPTION, stage="detect", where="the VAD's beginning of speech"),
    Plant(
        kind=Kind.INTERRUPTION,
        stage="decide",
        where="INTERRUPTION_MIN_DURATION",
        settings=_later("interruption_min_duration"),
    ),
    Plant(kind=Kind.INTERRUPTION, stage="stop", where="the room's output, told to stop"),
    # A greeting that is known already waits for the room alone; one that is not, for the voice.
    Plant(kind=Kind.GREETING, stage="enter", where="the start of the job", way=AS_SET),
    Plant(kind=Kind.GREETING, stage="connect", where="joining the room", way=AS_SET),
    Plant(kind=Kind.GREETING, stage="subscribe", where="publishing the track", way=AS_SET),
    Plant(kind=Kind.GREETING, stage="voice", where="Sarvam's first audio", first_byte="sarvam"),
    Plant(kind=Kind.GREETING, stage="hand", where="the voice's frames"),
    Plant(kind=Kind.GREETING, stage="play", where="the room's output", way=AS_SET),
)
