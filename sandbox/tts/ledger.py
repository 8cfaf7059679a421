"""What happened on an account: counters, open connections, and every text that was synthesised."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sandbox.conditions import Conditions, Fault, FaultKind

Via = Literal["websocket", "rest", "stream"]

# Syntheses kept for `/_stats`; older ones are forgotten.
_LOG_LENGTH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """One text the model was given: what a real account would be billed for."""

    at: float
    """Unix time in seconds."""
    via: Via
    connection: int
    """Number of the socket or request, from 1 in order of arrival."""
    text: str
    characters: int
    model: str
    speaker: str


class Ledger:
    """The account that all keys of one stand-in belong to."""

    def __init__(self, conditions: Conditions, stats: Counter[str]) -> None:
        self.conditions = conditions
        self.stats = stats
        self._arrivals = 0
        self._open = 0
        self._peak = 0
        self._log: deque[Synthesis] = deque(maxlen=_LOG_LENGTH)

    @property
    def open_connections(self) -> int:
        """Sockets open now."""
        return self._open

    def number(self) -> int:
        """The number of a connection or request that arrives."""
        self._arrivals += 1
        return self._arrivals

    def open(self) -> None:
        """A socket was accepted."""
        self.stats["connects"] += 1
        self._open += 1
        self._peak = max(self._peak, self._open)

    def close(self) -> None:
        """A socket is gone."""
        self._open -= 1

    def draw_fault(self, *kinds: FaultKind) -> Fault | None:
        """As `Conditions.draw_fault`, and count what strikes."""
        fault = self.conditions.draw_fault(*kinds)
        if fault is not None:
            self.stats[f"faults_{fault.kind}"] += 1
        return fault

    def bill(self, via: Via, connection: int, text: str, *, model: str, speaker: str) -> None:
        """The model begins with a text."""
        self.stats["syntheses"] += 1
        self.stats["synthesised_characters"] += len(text)
        self._log.append(
            Synthesis(
                at=time.time(),
                via=via,
                connection=connection,
                text=text,
                characters=len(text),
                model=model,
                speaker=speaker,
            )
        )

    def reset(self) -> None:
        """Forget what was synthesised, and begin the peak anew; the counters are not touched."""
        self._log.clear()
        self._peak = self._open

    def describe(self) -> dict[str, Any]:
        """This account's part of `/_stats`."""
        return {
            "connections": {"open": self._open, "peak": self._peak},
            "syntheses": [asdict(synthesis) for synthesis in self._log],
        }
