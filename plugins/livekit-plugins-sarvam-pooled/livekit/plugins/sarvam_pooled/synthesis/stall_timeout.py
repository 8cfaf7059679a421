"""How long to wait for audio of a Segment.

The problem. No audio comes, or it stops in mid-Segment, and nothing says why. The server may have
stalled, may be about to continue, or may have sent everything but the `final`. A fixed time is too
long for a caller who hears silence meanwhile, and too short for a server on a slow day.

The rule:

- A first audio that is `HOPELESS` times later than late is given up. Hedges serve what is late (see
  `hedge.py`); this is for when the budget is used up, or both Attempts were slow.
- Silence in mid-Segment is suspicious when it lasts `FACTOR` times longer than the longest pause
  between two messages, in this answer so far or in most recent ones. An answer whose first audio
  was slow may stay slow.
- While the caller has unplayed audio, waiting costs nothing: stop waiting at the last moment at
  which a retry would arrive before the caller hears silence. A retry takes as long as this Attempt
  took to get here.
- Audio that comes in single samples counts as silence: over `STRETCH` it must keep a share of real
  time, and a larger share while the caller hears silence.
- All within the time limits of `Timeouts`.

Pure: times come in, seconds to wait go out.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from ..options import LOOP_LAG_GRACE
from ..percentiles import nearest_rank

HOPELESS: Final = 5.0  # times later than late: one in ten may be six times slow and still come
FACTOR: Final = 4.0
SHORTEST: Final = 0.25  # s: a lost packet on the way is sent again within 200 ms
PRIOR: Final = 0.15  # s between two messages, until enough was measured
ENOUGH: Final = 3  # answers before the prior is dropped
QUANTILE: Final = 0.9  # of recent answers
WINDOW: Final = 64  # answers kept
STRETCH: Final = 2.0  # s, at least; longer than any pause that is waited for
_BEYOND_A_PAUSE: Final = 0.5  # s
CRAWLING: Final = 0.1  # of real time: a slower server never finishes a text
TOO_SLOW: Final = 0.25  # of real time, while the caller hears mostly silence
IN_HAND: Final = 0.1  # s of audio left when audio without an end is accepted as complete


class MessageGaps:
    """The longest pause between two messages of an answer, learnt from recent answers."""

    def __init__(self) -> None:
        self._longest: deque[float] = deque(maxlen=WINDOW)

    def observe(self, longest: float) -> None:
        """An answer ended; its longest pause in seconds."""
        self._longest.append(longest)

    def suspicious_after(self, own: float, *, slowness: float = 1.0) -> float:
        """Seconds of silence that are suspicious in an answer.

        Args:
            own: The answer's longest pause so far.
            slowness: How many times longer than expected its first audio took.
        """
        usual = PRIOR
        if len(self._longest) >= ENOUGH:
            usual = nearest_rank(sorted(self._longest), QUANTILE)
        return max(SHORTEST, FACTOR * max(usual * max(1.0, slowness), own))


class Progress:
    """How fast the audio of an answer comes, stretch by stretch.

    Args:
        between_chunks: See `Timeouts`.
    """

    def __init__(self, *, between_chunks: float) -> None:
        self._stretch = max(STRETCH, between_chunks + _BEYOND_A_PAUSE)
        # When the stretch began, and the seconds of audio by then.
        self._began: float | None = None
        self._seconds = 0.0
        # When it became too slow.
        self._slow_since = math.inf

    def is_enough(self, seconds: float, *, now: float, slack: float) -> bool:
        """Whether `seconds` of audio by `now` are enough; called for each message with audio.

        Args:
            slack: Seconds until the caller hears silence.
        """
        if self._began is None:
            self._began, self._seconds = now, seconds
        took = now - self._began
        if took < self._stretch:
            return True
        least = TOO_SLOW if slack < IN_HAND else CRAWLING
        if seconds - self._seconds >= least * took:
            self._began, self._seconds, self._slow_since = now, seconds, math.inf
            return True
        self._slow_since = min(self._slow_since, now)
        return now < self._slow_since + LOOP_LAG_GRACE


def first_audio_in(*, late_after: float, slack: float, again: float, limit: float) -> float:
    """Seconds from the sending of the text after which a Segment without audio is retried.

    Args:
        late_after: See `FirstAudioModel.late_after`.
        slack: Seconds until the caller hears silence.
        again: Seconds that the first audio of another Attempt takes.
        limit: `Timeouts.first_audio`, or LiveKit's own time limit if that is less.
    """
    return min(limit, max(HOPELESS * late_after, slack - again))


def stalled_in(*, suspicious: float, slack: float, again: float, limit: float) -> float:
    """Seconds of silence after which a Segment is retried.

    Args:
        suspicious: See `MessageGaps.suspicious_after`.
        slack: Seconds until the caller hears silence.
        again: Seconds that another Attempt takes to get to the same place.
        limit: `Timeouts.between_chunks`.
    """
    return min(limit, max(suspicious, slack - again))


def complete_in(*, suspicious: float, slack: float, limit: float) -> float:
    """Seconds of silence after which audio that looks complete is accepted as complete.

    Args:
        suspicious: See `MessageGaps.suspicious_after`.
        slack: Seconds until the caller hears silence.
        limit: `Timeouts.final`.
    """
    return min(limit, max(suspicious, slack - IN_HAND))
