"""What the agent awaits of the caller's next words, and how far they have come. Pure.

An assistant that asks for a telephone number knows better than any model when the answer is whole:
ten digits are, five are not, and a caller who dictates pauses between groups for longer than one
who talks.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto


class Progress(Enum):
    """How far words have come towards what is awaited."""

    UNRELATED = auto()
    """They say nothing of it: a question, a doubt."""
    PARTIAL = auto()
    """More of it must come."""
    POSSIBLE = auto()
    """It may be whole, and more of it may come."""
    COMPLETE = auto()
    """It is whole."""


Expected = Callable[[str], Progress]
"""What is awaited: judges how far the transcript of the turn so far has come. Pure and fast, as it
is asked whenever a silence is judged."""
