"""What to do when an Attempt failed. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from ..errors import ConnectFailed, LocalError, ProviderFailed, SarvamError, UnspeakableText

# Wait before asking again after "too many requests", "unavailable" or no connection at all: at once
# would be refused too.
_BUSY_STATUSES = frozenset({429, 503})
_BUSY_WAIT = 0.1  # seconds, doubled each time


class Verdict(enum.Enum):
    AGAIN = "again"
    SKIP = "skip"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and after how many seconds."""

    verdict: Verdict
    wait: float = 0.0


def decide(error: SarvamError, *, failures: int, retries: int, time_left: float) -> Decision:
    """What to do after the `failures`-th failure of a Segment.

    Args:
        failures: Failures of this Segment so far, this one included.
        retries: Further Attempts allowed.
        time_left: Seconds left for this Segment's first audio; without limit once audio began.
    """
    if isinstance(error, UnspeakableText):
        return Decision(Verdict.SKIP)
    if isinstance(error, LocalError) or failures > retries:
        return Decision(Verdict.STOP)
    busy = isinstance(error, ProviderFailed) and error.status in _BUSY_STATUSES
    wait = _BUSY_WAIT * 2.0 ** (failures - 1) if busy or isinstance(error, ConnectFailed) else 0.0
    return Decision(Verdict.AGAIN, wait) if wait < time_left else Decision(Verdict.STOP)
