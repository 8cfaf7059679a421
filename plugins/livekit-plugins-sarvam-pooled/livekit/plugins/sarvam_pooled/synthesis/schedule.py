"""Which Segment may be started, and when to look again. Pure.

Segments are synthesised side by side while the first one plays, so that their delays do not add up.
Not all at once: what a barge-in throws away was paid for, and connections are few.
"""

from __future__ import annotations

from ..options import Synthesis

# Below so much unplayed audio, text that is held for a better cut is given up: about what the first
# audio of a Segment takes, with some reserve.
RELEASE_BELOW = 0.6  # seconds

# Without text for so long the LLM has stopped in mid-phrase (a tool, a hiccup): tokens come every
# 10 to 50 ms.
STOPPED_AFTER = 0.4  # seconds


def may_start(rules: Synthesis, *, in_flight: int, ahead: float) -> bool:
    """Whether a further Segment may be started.

    Args:
        in_flight: Segments that are being synthesised.
        ahead: Seconds of audio that were handed on or are kept, and not yet played.
    """
    return in_flight < rules.parallel and ahead <= rules.look_ahead


def look_again_in(rules: Synthesis, *, ahead: float) -> float:
    """Seconds until playing has made room for a further Segment."""
    return max(0.0, ahead - rules.look_ahead)


def release_in(*, ahead: float) -> float:
    """Seconds until held text should be given up, if nothing else comes before."""
    return max(0.0, ahead - RELEASE_BELOW)


def stopped_in(*, quiet: float) -> float:
    """Seconds until held text should be given up even in mid-phrase, if no text comes.

    Args:
        quiet: Seconds since text came last.
    """
    return max(0.0, STOPPED_AFTER - quiet)
