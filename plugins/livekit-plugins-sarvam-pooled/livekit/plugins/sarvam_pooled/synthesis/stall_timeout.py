"""How long to wait for audio of a Segment.

The problem. No audio comes, or it stops in mid-Segment, and nothing says why. The server may have
stalled; it may be about to go on; all may be there and only the `final` be missing. Waiting a fixed
time is too long for a caller who hears silence meanwhile, and too short for a server on a slow day.

The rule:

- A first audio that is `HOPELESS` times later than late is given up. Late alone is what hedges are
  for (see `hedge.py`); this is for when they are used up, or both were unlucky.
- Quiet in mid-Segment is suspicious when it lasts `FACTOR` times longer than the longest pause
  between two messages, in this answer so far or in most others lately. An answer whose first audio
  was slow may be as slow behind it.
- While the caller still has audio to hear, waiting costs nothing: the verdict is put off until a
  new rendering would just come in time. It takes as long as this one took to get here.
- Audio that comes by the sample is quiet too: over `STRETCH` it must keep a share of real time, a
  larger one while the caller hears silence.
- All only within the time limits of `Timeouts`.

Pure: times come in, seconds to wait go out.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from ..options import HELD_UP
from ..percentiles import nearest_rank

HOPELESS: Final = 5.0  # times later than late: one in ten may be six times slow and still come
FACTOR: Final = 4.0
SHORTEST: Final = 0.25  # s: a lost packet on the way is sent again within 200 ms
PRIOR: Final = 0.15  # s between two messages, until enough was measured
ENOUGH: Final = 3  # answers before the prior is dropped
QUANTILE: Final = 0.9  # of the answers lately
WINDOW: Final = 64  # answers remembered
STRETCH: Final = 2.0  # s, at least; longer than the longest pause that is waited for
_BEYOND_A_PAUSE: Final = 0.5  # s
CRAWLING: Final = 0.1  # of real time: slower than that no server gets a text said
TOO_SLOW: Final = 0.25  # of real time, while the caller hears mostly silence
IN_HAND: Final = 0.1  # s of audio left when audio without an end is taken as all there is


class MessageGaps:
    """The longest pause between two messages of an answer, learnt from the answers so far."""

    def __init__(self) -> None:
        self._longest: deque[float] = deque(maxlen=WINDOW)

    def observe(self, longest: float) -> None:
        """An answer came to its end, with no longer pause than this, in seconds."""
        self._longest.append(longest)

    def suspicious_after(self, own: float, *, slowness: float = 1.0) -> float:
        """Seconds of quiet that are suspicious in an answer.

        Args:
            own: Its longest pause so far.
            slowness: How many times longer than expected its first audio took.
        """
        usual = PRIOR
        if len(self._longest) >= ENOUGH:
            usual = nearest_rank(sorted(self._longest), QUANTILE)
        return max(SHORTEST, FACTOR * max(usual * max(1.0, slowness), own))


class Progress:
    """How fast the audio of an answer comes, one stretch after the other.

    Args:
        between_chunks: See `Timeouts`.
    """

    def __init__(self, *, between_chunks: float) -> None:
        self._stretch = max(STRETCH, between_chunks + _BEYOND_A_PAUSE)
        # When the stretch began, and the seconds of audio by then.
        self._began: float | None = None
        self._seconds = 0.0
        # Since when it has been too slow.
        self._slow_since = math.inf

    def is_enough(self, seconds: float, *, now: float, slack: float) -> bool:
        """Whether `seconds` of audio by `now` keep up; called for each message with audio.

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
        return now < self._slow_since + HELD_UP


def first_audio_in(*, late_after: float, slack: float, again: float, limit: float) -> float:
    """Seconds from the text's sending after which a Segment without audio is asked for again.

    Args:
        late_after: See `FirstAudioModel.late_after`.
        slack: Seconds until the caller hears silence.
        again: Seconds that the first audio of another Attempt takes.
        limit: `Timeouts.first_audio`, or less if LiveKit's own time limit is.
    """
    return min(limit, max(HOPELESS * late_after, slack - again))


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
