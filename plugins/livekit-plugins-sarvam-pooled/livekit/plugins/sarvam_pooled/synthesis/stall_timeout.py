"""Decides when waiting for a Segment's audio is over.

The problem. No audio comes, or it stops in mid-Segment, and nothing says why. The server may have
stalled, may be about to continue, or may have sent everything but the `final`. A fixed time is too
long for a caller who hears silence meanwhile, and too short for a server on a slow day.

The rule:

- Give up when the first audio takes `GIVE_UP_FACTOR` times the late threshold. Hedges serve what is
  late (see `hedge.py`); this rule covers a used-up budget and two slow Attempts.
- Silence in mid-Segment is suspicious when it lasts `PAUSE_FACTOR` times the longest pause
  between two messages, in this response so far or in most recent ones. A response whose first audio
  was slow may stay slow.
- While the caller has unplayed audio, waiting costs nothing: stop waiting at the last moment at
  which a retry would arrive before the caller hears silence. A retry takes as long as this Attempt
  took to get here.
- Audio that comes in single samples counts as silence: over `MIN_WINDOW` it must keep `MIN_RATE` of
  real time, and `MIN_RATE_IN_SILENCE` while the caller hears silence.
- The time limits of `Timeouts` bound all waits.

Pure: times come in, seconds to wait go out.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from ..options import LOOP_LAG_GRACE
from ..percentiles import nearest_rank

GIVE_UP_FACTOR: Final = 5.0  # one in ten may be six times slow and still come
PAUSE_FACTOR: Final = 4.0
MIN_PAUSE: Final = 0.25  # s: a lost packet is sent again within 200 ms
PRIOR: Final = 0.15  # s between two messages, until enough was measured
MIN_RESPONSES: Final = 3  # responses before the prior is dropped
QUANTILE: Final = 0.9  # of recent responses
HISTORY: Final = 64  # responses kept
MIN_WINDOW: Final = 2.0  # s over which the rate is measured
_WINDOW_MARGIN: Final = 0.5  # s by which the window is longer than any accepted pause
MIN_RATE: Final = 0.1  # of real time: a slower server never finishes a text
MIN_RATE_IN_SILENCE: Final = 0.25  # of real time
ACCEPT_MARGIN: Final = 0.1  # s of unplayed audio left when audio without a `final` is accepted


class MessageGaps:
    """The longest pause between two messages of a response, learnt from recent responses."""

    def __init__(self) -> None:
        self._longest: deque[float] = deque(maxlen=HISTORY)

    def observe(self, longest: float) -> None:
        """Learn the longest pause, in seconds, of a response that ended."""
        self._longest.append(longest)

    def suspicious_after(self, own: float, *, slowness: float = 1.0) -> float:
        """Seconds of silence that are suspicious in a response.

        Args:
            own: The response's longest pause so far.
            slowness: The time to its first audio, as a multiple of the expected time.
        """
        usual = PRIOR
        if len(self._longest) >= MIN_RESPONSES:
            usual = nearest_rank(sorted(self._longest), QUANTILE)
        return max(MIN_PAUSE, PAUSE_FACTOR * max(usual * max(1.0, slowness), own))


class Progress:
    """The rate at which the audio of a response comes, window by window.

    Args:
        between_chunks: See `Timeouts`.
    """

    def __init__(self, *, between_chunks: float) -> None:
        self._window = max(MIN_WINDOW, between_chunks + _WINDOW_MARGIN)
        # Start of the current window, and the seconds of audio received by then.
        self._began: float | None = None
        self._seconds = 0.0
        # When the rate became too low.
        self._slow_since = math.inf

    def observe(self, seconds: float, *, now: float, slack: float) -> bool:
        """Count a message with audio; return whether the audio comes fast enough.

        Args:
            seconds: Audio of the response so far.
            slack: See `attempt.Slack`.
        """
        if self._began is None:
            self._began, self._seconds = now, seconds
        elapsed = now - self._began
        if elapsed < self._window:
            return True
        min_rate = MIN_RATE_IN_SILENCE if slack < ACCEPT_MARGIN else MIN_RATE
        if seconds - self._seconds >= min_rate * elapsed:
            self._began, self._seconds, self._slow_since = now, seconds, math.inf
            return True
        self._slow_since = min(self._slow_since, now)
        return now < self._slow_since + LOOP_LAG_GRACE


def longest_wait(*, suspicious: float, slack: float, retry_latency: float, limit: float) -> float:
    """Seconds of silence after which a Segment is retried, or accepted as complete.

    Args:
        suspicious: Seconds of silence that are suspicious: for the first audio `GIVE_UP_FACTOR`
            times the late threshold, then see `MessageGaps.suspicious_after`.
        slack: See `attempt.Slack`.
        retry_latency: Seconds until another Attempt reaches the same place; `ACCEPT_MARGIN` if the
            audio would be accepted.
        limit: The time limit of `Timeouts`.
    """
    return min(limit, max(suspicious, slack - retry_latency))
