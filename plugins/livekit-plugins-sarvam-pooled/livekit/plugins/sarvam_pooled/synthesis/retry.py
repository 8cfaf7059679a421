"""What to do when an Attempt failed. Pure."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from ..errors import (
    Closed,
    ConnectFailed,
    FirstAudioTimeout,
    LocalError,
    ProviderFailed,
    SarvamError,
    UnspeakableText,
)

# Wait before asking again after "too many requests", "unavailable" or no connection at all: at once
# would be refused too.
_BUSY_STATUSES = frozenset({429, 503})
_BUSY_WAIT = 0.1  # seconds, doubled each time

# After so many failures the fallback TTS goes on rather than that the caller hears silence: a
# change of voice is odd, and one failure is no reason for it yet. One that has cost the caller a
# long silence already is.
_FAILURES_BEFORE_FALLBACK = 2
# Seconds that another voice takes to sound, about.
_FALLBACK_TTFB = 0.3


class Action(enum.Enum):
    RETRY = "again"
    SKIP = "skip"
    RAISE = "stop"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and after how many seconds; or that another voice should go on, if one can."""

    action: Action
    wait: float = 0.0
    fail_over: bool = False


def decide(
    error: SarvamError,
    *,
    failures: int,
    retries: int,
    time_left: float,
    slack: float = math.inf,
) -> Decision:
    """What to do after the `failures`-th failure of a Segment.

    Args:
        failures: Failures of this Segment so far, this one included.
        retries: Further Attempts allowed.
        time_left: Seconds left for this Segment's first audio; without limit once audio began.
        slack: Seconds until the caller hears silence; without limit where nobody waits.
    """
    if isinstance(error, UnspeakableText):
        return Decision(Action.SKIP)
    if isinstance(error, LocalError) or failures > retries:
        return Decision(Action.RAISE, fail_over=not isinstance(error, Closed))
    busy = isinstance(error, ProviderFailed) and error.status in _BUSY_STATUSES
    wait = _BUSY_WAIT * 2.0 ** (failures - 1) if busy or isinstance(error, ConnectFailed) else 0.0
    if wait >= time_left:
        return Decision(Action.RAISE, fail_over=True)
    is_enough = failures >= _FAILURES_BEFORE_FALLBACK or isinstance(error, FirstAudioTimeout)
    return Decision(Action.RETRY, wait, fail_over=is_enough and slack < _FALLBACK_TTFB)
