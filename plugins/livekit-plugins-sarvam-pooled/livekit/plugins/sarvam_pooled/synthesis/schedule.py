"""Decides when Segments start and held text is released. Pure.

Segments are synthesised in parallel while the first one plays: their delays do not add up. They do
not all start at once, because a barge-in discards audio that was paid for, and connections are few.
"""

from __future__ import annotations

from ..options import Synthesis

# Below this much unplayed audio, text that waits for a better cut is released. It is about the time
# to first audio of a Segment, with some reserve.
RELEASE_BELOW = 0.6  # seconds

# After this time without text the LLM has stopped in mid-phrase (a tool call, a hiccup): tokens
# come every 10 to 50 ms.
STOPPED_AFTER = 0.4  # seconds


def may_start(rules: Synthesis, *, in_flight: int, ahead: float) -> bool:
    """Whether another Segment may start.

    Args:
        in_flight: Segments that are being synthesised.
        ahead: Seconds of unplayed audio.
    """
    return in_flight < rules.parallel and ahead <= rules.look_ahead


def look_again_in(rules: Synthesis, *, ahead: float) -> float:
    """Seconds until playback makes room for another Segment."""
    return max(0.0, ahead - rules.look_ahead)


def release_in(*, ahead: float) -> float:
    """Seconds until held text should be released, if nothing happens before."""
    return max(0.0, ahead - RELEASE_BELOW)


def stopped_in(*, quiet: float) -> float:
    """Seconds until held text should be released even in mid-phrase, if no text comes.

    Args:
        quiet: Seconds since the last text.
    """
    return max(0.0, STOPPED_AFTER - quiet)
