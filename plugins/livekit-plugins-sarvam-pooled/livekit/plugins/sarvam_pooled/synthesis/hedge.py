"""Decides when a second Attempt at a Segment is worth its price.

The problem. Most syntheses start within 300 ms, but one in ten or a hundred takes seconds, and the
caller hears silence. Waiting longer does not help; a second request usually does.

Two requests for everything would double the bill and the load. A second request after a fixed time
is too early for a long Segment or on a slow day, and too late for a short Segment.

The rule:

- The first audio of an Attempt is late when 95 % of the recent Attempts of its length, itself
  included, would have been faster. Then a second Attempt starts on another connection; the one that
  has audio first plays, and the other is dropped.
- While earlier audio still plays, the second Attempt waits until the Segment would be late.
- A Segment whose audio has started is never hedged.
- A token bucket caps the extra requests at a share (5 %) of all. It starts with a few tokens, for a
  bad first minute.

Segments of all lengths share one model: the time to first audio is proportional to `BASE +
characters` (200 ms, a round trip of 40 ms and 3.3 ms a character by the vendor's numbers), and only
the factor is learnt. Hedging is for Attempts more than `OUTLIER` times slower than the median. The
quantile leaves them out, because a bad day must not make the limit later. It is ranked with the
Attempt itself: otherwise 7 % of ordinary Attempts would be late instead of 5 %, and use up the
tokens. With 10 % six times slow, p95 is 745 ms with the Attempt in the ranking and 902 ms without
(simulated, 24,000 Attempts, 12 % jitter).

Pure: times come in, decisions go out.
"""

from __future__ import annotations

from collections import deque
from statistics import median_high
from typing import Final

from ..percentiles import nearest_rank

BASE: Final = 72  # characters' worth of time that even an empty Segment takes
PRIOR_SPEED: Final = 0.0065  # s per (BASE + characters), until enough was measured: 600 ms for 20
MIN_MEASUREMENTS: Final = 3  # measurements before the prior is dropped
OUTLIER: Final = 2.5  # times the median
MARGIN: Final = 1.1  # a hedge below this multiple of the median would fire on ordinary jitter
RESERVE: Final = 2  # tokens kept for first Segments: silence before a reply is the longest
HISTORY: Final = 64  # measurements kept


class FirstAudioModel:
    """The time to first audio, learnt from recent Attempts."""

    def __init__(self, *, quantile: float) -> None:
        self._quantile = quantile
        # Seconds per (BASE + characters) of recent Attempts.
        self._speeds: deque[float] = deque(maxlen=HISTORY)

    def observe(self, *, characters: int, seconds: float) -> None:
        """Learn that an Attempt's first audio came after `seconds`."""
        self._speeds.append(seconds / (BASE + characters))

    def expected(self, characters: int) -> float:
        """Usual seconds to the first audio."""
        if len(self._speeds) < MIN_MEASUREMENTS:
            return PRIOR_SPEED / 2 * (BASE + characters)
        return median_high(self._speeds) * (BASE + characters)

    def late_after(self, characters: int) -> float:
        """Seconds after which the first audio is late."""
        if len(self._speeds) < MIN_MEASUREMENTS:
            return PRIOR_SPEED * (BASE + characters)
        median = median_high(self._speeds)
        ordinary = sorted(speed for speed in self._speeds if speed <= OUTLIER * median)
        # Ranked with the Attempt to come: it may be the slowest of all.
        slow = nearest_rank([*ordinary, ordinary[-1]], self._quantile)
        return max(slow, MARGIN * median) * (BASE + characters)


class HedgeBudget:
    """A token bucket: each request adds `share` of a token, each hedge takes one.

    Args:
        share: Hedges per request.
        initial: Tokens at the start, for a bad first minute.
        capacity: Tokens at most.
    """

    def __init__(self, *, share: float, initial: float = 4.0, capacity: float = 10.0) -> None:
        self._share = share
        self._capacity = capacity
        self._tokens = min(initial, capacity) if share > 0 else 0.0

    def request(self) -> None:
        """Count a request that is not a hedge."""
        self._tokens = min(self._capacity, self._tokens + self._share)

    def take(self, *, reserve: float = 0.0) -> bool:
        """Take a token for a hedge; return whether there was one.

        Args:
            reserve: Tokens to leave for more important hedges.
        """
        if self._tokens < 1 + reserve:
            return False
        self._tokens -= 1
        return True


def hedge_delay(*, elapsed: float, late_after: float, expected: float, slack: float) -> float:
    """Seconds until the second Attempt should start; 0 is now.

    Args:
        elapsed: Seconds since the first Attempt started.
        late_after: Seconds after which its first audio is late.
        expected: Seconds until the second Attempt's first audio.
        slack: See `attempt.Slack`.
    """
    return max(0.0, late_after - elapsed, slack - expected)
