"""When turns were ended -> which pauses were taken for ends, and the delay of true ends. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from .clips import Clip


@dataclass(slots=True)
class Tally:
    """The false endpoints and the delays of one configuration, over all clips."""

    pauses: list[float] = field(default_factory=list)
    """Seconds of each pause in mid-turn."""
    cut: list[float] = field(default_factory=list)
    """Those of them in which the turn was ended."""
    delays: list[float] = field(default_factory=list)
    """Seconds from each true end until the turn was ended; infinite if it never was."""

    def judge(self, clip: Clip, ends: Sequence[float]) -> None:
        """Count a clip; `ends` are the seconds of it at which turns were ended."""
        stretches = clip.stretches
        over = stretches[-1].ends
        for before, after in itertools.pairwise(stretches):
            pause = after.begins - before.ends
            self.pauses.append(pause)
            # An end after the caller has resumed belongs to the pause before, too.
            if any(before.ends <= end < after.ends for end in ends if end < over):
                self.cut.append(pause)
        self.delays.append(min((end - over for end in ends if end >= over), default=float("inf")))

    def add(self, other: Tally) -> None:
        """Add the counts of `other`."""
        self.pauses += other.pauses
        self.cut += other.cut
        self.delays += other.delays

    def share_cut(self, longest: float = float("inf"), *, above: float = 0.0) -> float:
        """The share of pauses from `above` to `longest` seconds that were cut; 0 without any."""
        among = [pause for pause in self.pauses if above < pause <= longest]
        cut = [pause for pause in self.cut if above < pause <= longest]
        return len(cut) / len(among) if among else 0.0
