"""What is made of the times at which callers were greeted."""

from __future__ import annotations

import math

from bench.greetings.command import sheet
from bench.greetings.measure import SITUATIONS, Greeting, Greetings, holds, ratio

TONE, *AGENTS = [situation.name for situation in SITUATIONS]


def heard(tone: float, *agents: float) -> Greetings:
    """One median for each situation, with a slow call and a fast one around it."""
    return {
        name: [Greeting(took + more, took + more - 0.1) for more in (0.3, 0.0, -0.1)]
        for name, took in zip((TONE, *AGENTS), (tone, *agents), strict=True)
    }


def test_the_tone_is_what_a_greeting_is_measured_by() -> None:
    """500 ms where the tone takes 406, and as much more on a slower machine."""
    assert holds(heard(0.406, 0.5, 0.49, 0.41))
    assert holds(heard(0.812, 1.0, 0.98, 0.82))
    assert not holds(heard(0.406, 0.5, 0.49, 0.52))
    assert ratio(heard(0.4, 0.5, 0.5, 0.5), AGENTS[0]) == 1.25


def test_a_greeting_that_never_came_is_no_number() -> None:
    """And it is not in time, in whichever call it was missing."""
    missing = heard(0.4, 0.45, 0.45, math.inf)
    rows = sheet(missing, rounds=3).rows
    assert rows[-1] == (AGENTS[-1], "never", "never", "never", "inf")
    assert rows[0] == (TONE, "400", "700", "300", "1.00")
    assert not holds(missing)
    assert not holds(heard(math.inf, 0.45, 0.45, 0.45))
