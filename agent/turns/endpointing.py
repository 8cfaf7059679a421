"""The length of the silence that ends the caller's turn. Pure.

| the words | the detector finds | the turn ends after |
|---|---|---|
| can end here | an end | `min_delay`, or when the reply is playable, at most `uncertain_delay` |
| can end here | more to come | `uncertain_delay` |
| are not all there yet | either | `uncertain_delay`; as above or below when they come |
| cannot end here | either | `max_delay` |
| are a part of what the agent awaits | either | `dictation_delay` |
| may be all of it | either | `uncertain_delay` |
| are all of it | either | `min_delay`, or when the reply is playable, at most `uncertain_delay` |

LiveKit asks its detector once, at 0.2 s of silence, and a turn that it doubts waits for the max
delay. The model gets the last 1.2 s; asked again, it gets more of the silence. On a
synthetic voice it took 9 of 19 ends for ends at 0.2 s, 14 at 0.35 s and 16 at 0.5 s, and 4 of 17
pauses for ends at 0.2 s and at 0.35 s (measured; as turns: `python -m bench false-endpoints`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .expected import Progress

ASKED_AT: Final = 0.2
"""Seconds of silence at which LiveKit asks its turn detector."""
REPEAT_AT: Final = (0.35, 0.5)
"""Seconds of silence at which it is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointingDelays:
    """Seconds of silence that end a turn."""

    min_delay: float
    """If nothing suggests otherwise."""
    uncertain_delay: float
    """If the detector expects more, a transcript is missing, or the reply is not playable yet."""
    max_delay: float
    """If the words themselves cannot end here."""
    dictation_delay: float = 0.0
    """Amid a number that the agent has asked for; at least `max_delay`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEvidence:
    """The evidence in a silence."""

    predicts_end: bool
    """Whether the detector's last answer predicts the end of the turn."""
    is_complete: bool = True
    """Whether the transcript of all that was said has come."""
    is_unfinished: bool = False
    """Whether its words cannot end here."""
    is_reply_pending: bool = False
    """Whether a reply is being prepared that is not playable yet."""
    progress: Progress = Progress.UNRELATED
    """How far the words have come towards what the agent awaits."""


def silence_needed(known: TurnEvidence, delays: EndpointingDelays) -> float:
    """Seconds of silence after which the turn is over, if nothing more becomes known."""
    if known.progress is Progress.PARTIAL:
        return max(delays.dictation_delay, delays.max_delay)
    if known.is_unfinished and known.progress is Progress.UNRELATED:
        return delays.max_delay
    # What is whole is over, whatever the detector makes of its sound.
    ends = known.predicts_end and known.progress is not Progress.POSSIBLE
    ends |= known.progress is Progress.COMPLETE
    if ends and known.is_complete and not known.is_reply_pending:
        return delays.min_delay
    return min(delays.uncertain_delay, delays.max_delay)
