"""Turn-taking of the caller: whether the agent has finished, from its sound and its state.

Pure: every method takes `now` in seconds. The caller speaks when the agent has been silent for a
moment *and* its state is "listening"; silence alone may be a pause between two sentences.
"""

from __future__ import annotations

SILENCE = 0.6
"""Seconds of silence after which an agent whose state is "listening" has finished."""
SILENCE_STATELESS = 1.5
"""The same for an agent that publishes no state."""
SILENCE_LOST = 6.0
"""Seconds of silence after which an agent whose state is "speaking" counts as finished."""
ONSET_PAUSE = 0.2
"""Seconds of silence that separate two onsets."""
ONSET_FRAMES = 2
"""Consecutive loud frames (10 ms each) that make a sound; one alone is a click."""

WAITING_STATES = frozenset({"listening", "idle"})


class TurnTaking:
    """The agent's sound and state so far. Onsets have the time of their frame (10 ms)."""

    def __init__(self) -> None:
        # The agent's attribute `lk.agent.state`; empty until it is published.
        self.state = ""
        self._onsets: list[float] = []
        self._last_loud: float | None = None
        # Consecutive loud frames, and when the first of them came.
        self._run = 0
        self._run_began = 0.0

    def observe(self, now: float, *, loud: bool) -> None:
        """Take one frame of the agent's track."""
        if not loud:
            self._run = 0
            return
        if self._run == 0:
            self._run_began = now
        self._run += 1
        if self._run < ONSET_FRAMES:
            return
        if self._last_loud is None or self._run_began - self._last_loud > ONSET_PAUSE:
            self._onsets.append(self._run_began)
        self._last_loud = now

    def onset_since(self, instant: float) -> float | None:
        """The agent's first onset at or after `instant`."""
        return next((onset for onset in self._onsets if onset >= instant), None)

    def has_finished(self, now: float, *, since: float) -> bool:
        """Whether the agent has finished; silence is counted from `since` at the earliest."""
        silent_from = since if self._last_loud is None else max(since, self._last_loud)
        if self.state in WAITING_STATES:
            needed = SILENCE
        else:
            needed = SILENCE_LOST if self.state else SILENCE_STATELESS
        return now - silent_from >= needed
