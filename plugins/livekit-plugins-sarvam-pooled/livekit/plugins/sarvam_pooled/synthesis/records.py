"""Records of Attempts and Segments for observers, and a reply's log line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class AttemptRecord:
    """One Attempt at a Segment. Times in seconds of the loop's clock; None if it did not happen."""

    started: float
    hedge: bool = False
    leased: float | None = None
    sent: float | None = None
    # Arrival of the first message that gives PCM; `first_pcm`: that PCM reached the Segment.
    first_byte: float | None = None
    first_pcm: float | None = None
    done: float | None = None
    # Seconds of audio received.
    seconds: float = 0.0
    # Seconds waited for the connection, and whether it was open before.
    waited: float = 0.0
    reused: bool = False
    request_id: str = ""
    # Whether the phrase was cached; nothing was sent.
    cached: bool = False
    # Whether the fallback TTS spoke.
    fallback_tts: bool = False
    # Whether the provider marked the end; otherwise the end is an estimate.
    ended: bool = False
    # Class name of the error that ended it, or "cancelled".
    failure: str = ""


@dataclass(slots=True)
class SegmentRecord:
    """One Segment from its text to its audio."""

    index: int
    characters: int
    text_ready: float
    attempts: list[AttemptRecord] = field(default_factory=list)
    # Time at which its first Chunk was passed on, in the order of the text.
    first_frame: float | None = None
    done: float | None = None
    # Seconds of audio.
    seconds: float = 0.0
    hedged: bool = False
    hedge_won: bool = False
    skipped: bool = False

    @property
    def retries(self) -> int:
        """Attempts after a failure."""
        return max(0, len(self.attempts) - 1 - self.hedges)

    @property
    def hedges(self) -> int:
        """Attempts started because another was late."""
        return sum(attempt.hedge for attempt in self.attempts)


OnSegment = Callable[[SegmentRecord], None]
"""Called once for each finished Segment; must return at once and not raise."""


def summary(records: list[SegmentRecord], *, began: float) -> dict[str, object]:
    """One log line for a reply: the parts of its time to first audio."""
    line: dict[str, object] = {
        "segments": len(records),
        "characters": sum(record.characters for record in records),
        "audio_s": round(sum(record.seconds for record in records), 2),
        "hedges": sum(record.hedges for record in records),
        "retries": sum(record.retries for record in records),
    }
    if not records or not records[0].attempts:
        return line
    first = records[0]
    winner = next((a for a in first.attempts if a.done and not a.failure), first.attempts[-1])
    steps = (
        ("text_ms", began, first.text_ready),
        ("lease_ms", winner.started, winner.leased),
        ("send_ms", winner.leased, winner.sent),
        ("provider_ms", winner.sent, winner.first_byte),
        ("decode_ms", winner.first_byte, winner.first_pcm),
        ("first_frame_ms", began, first.first_frame),
    )
    for name, start, end in steps:
        if start is not None and end is not None:
            line[name] = round((end - start) * 1000, 1)
    return line
