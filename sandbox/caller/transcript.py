"""What was said according to the agent: the segments of `lk.transcription`.

The agent's words are one growing text stream for each segment; the caller's words, as recognised,
are one stream for each version of a segment, which replaces the previous version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Speaker = Literal["caller", "agent"]


@dataclass(slots=True)
class Segment:
    """Consecutive words of one side."""

    speaker: Speaker
    # When its first words arrived, in seconds of the monotonic clock.
    began: float
    text: str = ""
    final: bool = False


class Transcript:
    """The segments of a call, in the order in which they began."""

    def __init__(self) -> None:
        self._segments: dict[str, Segment] = {}

    def begin(self, key: str, speaker: Speaker, now: float) -> Segment:
        """The segment of that id, a new one at `now` if it is unknown."""
        return self._segments.setdefault(key, Segment(speaker, began=now))

    def text(self, speaker: Speaker, start: float, end: float, *, final_only: bool = False) -> str:
        """The words of one side in the segments that began in [`start`, `end`)."""
        return " ".join(
            segment.text.strip()
            for segment in self._segments.values()
            if segment.speaker == speaker
            and start <= segment.began < end
            and segment.text.strip()
            and (segment.final or not final_only)
        )
