"""Decides what follows a failed Attempt. Pure."""

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

# Wait before a retry after "too many requests", "unavailable" or no connection at all: an immediate
# retry would be refused too.
_BUSY_STATUSES = frozenset({429, 503})
_BUSY_WAIT = 0.1  # seconds, doubled each time

# After this many failures the fallback TTS takes over before the caller hears silence. A change of
# voice is noticeable, so one failure is not enough, unless it has already taken long.
_FAILURES_BEFORE_FALLBACK = 2
# Approximate seconds to the first audio of a fallback TTS.
_FALLBACK_TTFB = 0.3


class Action(enum.Enum):
    RETRY = "retry"
    SKIP = "skip"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class Decision:
    """The next action, the wait before it in seconds, and whether to fail over."""

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
    """Decide what follows the `failures`-th failure of a Segment.

    Args:
        failures: Failures of this Segment so far, this one included.
        retries: Further Attempts allowed.
        time_left: Seconds left for this Segment's first audio; a whole time limit once audio began.
        slack: See `attempt.Slack`; infinite if no caller waits.
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
