"""Named instants of a Segment, and the record of it that observers get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class AttemptRecord:
    """One try at a Segment. Times in seconds of the loop's clock, None for what did not happen."""

    started: float
    hedge: bool = False
    leased: float | None = None
    sent: float | None = None
    first_byte: float | None = None
    first_pcm: float | None = None
    done: float | None = None
    # Seconds of audio that came.
    seconds: float = 0.0
    # Seconds waited for the connection, and whether it was open before.
    waited: float = 0.0
    reused: bool = False
    request_id: str = ""
    # The phrase was known as audio; nothing was sent.
    cached: bool = False
    # Another provider's voice spoke, as Sarvam could not.
    fallback_tts: bool = False
    # The provider said that this was all of it; without it the end is a guess.
    ended: bool = False
    # Class name of the error that ended it, or "cancelled".
    failure: str = ""


@dataclass(slots=True)
class SegmentRecord:
    """One Segment from text to sound."""

    index: int
    characters: int
    text_ready: float
    attempts: list[AttemptRecord] = field(default_factory=list)
    # First Chunk handed on in the order of the text.
    first_frame: float | None = None
    done: float | None = None
    # Seconds of audio.
    seconds: float = 0.0
    hedged: bool = False
    hedge_won: bool = False
    skipped: bool = False

    @property
    def retries(self) -> int:
        """Attempts after a failed one."""
        return max(0, len(self.attempts) - 1 - self.hedged)


OnSegment = Callable[[SegmentRecord], None]
"""Called once for each Segment when it is done; must return at once and not raise."""


def summary(records: list[SegmentRecord], *, began: float) -> dict[str, object]:
    """A reply in one line of a log: where the milliseconds until its first sound went."""
    line: dict[str, object] = {
        "segments": len(records),
        "characters": sum(record.characters for record in records),
        "audio_s": round(sum(record.seconds for record in records), 2),
        "hedges": sum(record.hedged for record in records),
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
