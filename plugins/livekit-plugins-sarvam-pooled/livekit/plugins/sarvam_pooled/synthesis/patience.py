"""How long to wait for more audio of a Segment that has begun.

The problem. Audio stops in mid-Segment, and nothing says why. The server may have stalled; it may
be about to go on; all may be there and only the `final` be missing. Waiting a fixed time is too
long for a caller who hears silence meanwhile, and too short for a server on a slow day.

The rule:

- Quiet is suspicious when it lasts `FACTOR` times longer than the longest pause between two
  messages, in this answer so far or in most others lately. An answer that is slow from its start
  is not suspected for its pace.
- While the caller still has audio to hear, waiting costs nothing: the verdict is put off until a
  new rendering would just come in time. It takes as long as this one took to get here.
- Both only within the time limits of `Timeouts`.

Pure: times come in, seconds to wait go out.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

FACTOR: Final = 4.0
SHORTEST: Final = 0.25  # s: a lost packet on the way is sent again within 200 ms
PRIOR: Final = 0.15  # s between two messages, until enough was measured
ENOUGH: Final = 3  # answers before the prior is dropped
QUANTILE: Final = 0.9  # of the answers lately
WINDOW: Final = 64  # answers remembered
IN_HAND: Final = 0.1  # s of audio left when audio without an end is taken as all there is


class MessageGaps:
    """The longest pause between two messages of an answer, learnt from the answers so far."""

    def __init__(self) -> None:
        self._longest: deque[float] = deque(maxlen=WINDOW)

    def observe(self, longest: float) -> None:
        """An answer came to its end, with no longer pause than this, in seconds."""
        self._longest.append(longest)

    def suspicious_after(self, own: float) -> float:
        """Seconds of quiet that are suspicious in an answer whose longest pause so far is `own`."""
        usual = PRIOR
        if len(self._longest) >= ENOUGH:
            ranked = sorted(self._longest)
            usual = ranked[math.ceil(QUANTILE * len(ranked)) - 1]
        return max(SHORTEST, FACTOR * max(usual, own))


def stalled_in(*, suspicious: float, slack: float, again: float, limit: float) -> float:
    """Seconds of quiet after which a Segment is asked for again.

    Args:
        suspicious: See `MessageGaps.suspicious_after`.
        slack: Seconds until the caller hears silence.
        again: Seconds that a new rendering takes to get to the same place.
        limit: `Timeouts.between_chunks`.
    """
    return min(limit, max(suspicious, slack - again))


def complete_in(*, suspicious: float, slack: float, limit: float) -> float:
    """Seconds of quiet after which audio that looks complete is taken as all there is.

    Args:
        suspicious: See `MessageGaps.suspicious_after`.
        slack: Seconds until the caller hears silence.
        limit: `Timeouts.final`.
    """
    return min(limit, max(suspicious, slack - IN_HAND))
