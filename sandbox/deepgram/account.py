"""What all streams of one stand-in share: conditions, counters, settings, the recogniser."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.conditions import Conditions, Fault, FaultKind

from .hearing import Ear, Hearing
from .options import DeepgramOptions
from .script import Script, ScriptedEar
from .transcript import Word

# Transcripts kept for `/_stats`; older ones are forgotten.
_LOG_LENGTH = 1000


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


class Account:
    """The account that all keys of one stand-in belong to."""

    def __init__(
        self, conditions: Conditions, stats: Counter[str], options: DeepgramOptions
    ) -> None:
        self.conditions = conditions
        self.stats = stats
        self.hearing = Hearing()
        self._arrivals = 0
        self._log: deque[Transcribed] = deque(maxlen=_LOG_LENGTH)
        self.options = options
        # The script that all streams follow together.
        self._shared = self._script()

    def change(self, changes: dict[str, Any]) -> None:
        """Change some settings; pydantic's error if they do not fit. A new script begins anew."""
        self.options = self.options.updated(changes)
        if "script" in changes:
            self._shared = self._script()

    @property
    def is_scripted(self) -> bool:
        """Whether new streams follow a script and hear nothing."""
        return bool(self.options.script)

    def number(self) -> int:
        """The number of a stream that arrives."""
        self._arrivals += 1
        return self._arrivals

    def ear(self) -> Ear:
        """What a new stream hears with."""
        if not self.is_scripted:
            return self.hearing.ear()
        return ScriptedEar(self._shared if self.options.shared_script else self._script())

    def draw_fault(self, *kinds: FaultKind) -> Fault | None:
        """As `Conditions.draw_fault`, and count what strikes."""
        fault = self.conditions.draw_fault(*kinds)
        if fault is not None:
            self.stats[f"faults_{fault.kind}"] += 1
        return fault

    def note(self, stream: int, words: Sequence[Word]) -> None:
        """A final result was sent."""
        self.stats["finals"] += 1
        if words:
            self._log.append(
                Transcribed(
                    at=time.time(),
                    stream=stream,
                    start=round(words[0].start, 3),
                    end=round(words[-1].end, 3),
                    text=" ".join(word.written for word in words),
                )
            )

    def reset(self) -> None:
        """Forget what was transcribed; the counters are not touched."""
        self._log.clear()

    def describe(self) -> dict[str, Any]:
        """This account's part of `/_stats`."""
        return {
            "audio_seconds": self.stats["audio_ms"] / 1000,
            "transcripts": [asdict(transcribed) for transcribed in self._log],
            "options": self.options.describe(),
        }

    def _script(self) -> Script:
        return Script(self.options.script or (), gap=self.options.script_gap)
