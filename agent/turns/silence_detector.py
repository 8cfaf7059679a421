"""Notices the caller fall silent, sooner than the session's VAD reports the end of speech. Pure.

Windows come in with the probability that they are speech, as Silero gives it; each silence after
speech is reported once.
"""

from __future__ import annotations

from typing import Final

_SPEECH: Final = 0.5
_SILENCE: Final = 0.35
"""Probabilities from which a window is speech, and under which it is silence; LiveKit's own. A
window between them continues speech and begins none, as in LiveKit's VAD."""
_MIN_SPEECH: Final = 2
"""Windows of speech that make a silence worth reporting; a click is shorter."""


class SilenceDetector:
    """Listens to one caller.

    Args:
        after: Seconds of silence to report.
        window: Seconds of each window.
    """

    def __init__(self, *, after: float, window: float) -> None:
        self._needed = max(1, round(after / window))
        self._speech = self._silent = 0

    def observe(self, probability: float) -> bool:
        """Take the next window; returns whether the caller has now been silent for long enough."""
        self._speech += probability >= _SPEECH
        if probability >= _SILENCE:
            self._silent = 0
        elif self._speech:
            self._silent += 1
        if self._silent < self._needed:
            return False
        is_reported = self._speech >= _MIN_SPEECH
        self._speech = self._silent = 0
        return is_reported
