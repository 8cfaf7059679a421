"""The kinds of places in a text."""

from __future__ import annotations

import enum


class Boundary(enum.IntEnum):
    """How good a place to cut is, best last."""

    UNKNOWN = -1
    """More text is needed to tell."""
    NONE = 0
    """Within a word, a number, an address."""
    TIED = 1
    """Between two words that are said in one breath."""
    WORD = 2
    """Between two words."""
    PHRASE = 3
    """Where a speaker may pause without a comma."""
    CLAUSE = 4
    SENTENCE = 5
