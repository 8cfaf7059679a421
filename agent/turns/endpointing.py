"""How long a silence must last to end the caller's turn. Pure.

| the words | the detector hears | the turn ends after |
|---|---|---|
| can end here | an end | `shortest`, or when the reply sounds, at most `doubted` |
| can end here | more to come | `doubted` |
| are not all there yet | either | `doubted`; as above or below when they come |
| cannot end here | either | `longest` |

LiveKit asks its detector once, at 0.2 s of silence, and a turn that it doubts waits for the longest
delay. The model listens to the last 1.2 s; asked again, it hears more of the silence. On a
synthetic voice it took 9 of 19 ends for ends at 0.2 s, 14 at 0.35 s and 16 at 0.5 s, and 4 of 17
pauses for ends at 0.2 s and at 0.35 s (measured; as turns: `python -m bench false-endpoints`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ASKED_AT: Final = 0.2
"""Seconds of silence at which LiveKit asks its turn detector."""
ASK_AGAIN_AT: Final = (0.35, 0.5)
"""Seconds of silence at which it is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointingDelays:
    """Seconds of silence that end a turn."""

    shortest: float
    """When nothing speaks against it."""
    doubted: float
    """When the detector expects more, words are owed, or nothing could be heard any sooner."""
    longest: float
    """When the words themselves expect more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEvidence:
    """What is known in a silence."""

    is_over: bool
    """The detector's last answer."""
    is_complete: bool = True
    """Whether the words of all that was said have come."""
    is_unfinished: bool = False
    """Whether those that came cannot end here."""
    is_awaited: bool = False
    """Whether a reply is being prepared that cannot be heard yet."""


def silence_needed(known: TurnEvidence, limits: EndpointingDelays) -> float:
    """Seconds of silence after which the turn is over, if nothing more becomes known."""
    if known.is_unfinished:
        return limits.longest
    if known.is_over and known.is_complete and not known.is_awaited:
        return limits.shortest
    return min(limits.doubted, limits.longest)
