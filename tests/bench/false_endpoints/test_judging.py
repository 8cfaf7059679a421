"""Which pauses were taken for the end of a turn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.false_endpoints.clips import Clip, Stretch
from bench.false_endpoints.judging import Tally


def clip(*spans: tuple[float, float]) -> Clip:
    """A clip with sound between these seconds."""
    stretches = tuple(Stretch(text="words", begins=begins, ends=ends) for begins, ends in spans)
    return Clip(language="en-IN", stretches=stretches, samples=np.zeros(1, np.int16))


HESITANT = clip((0.5, 1.0), (1.5, 2.0), (3.0, 3.5))
"""A pause of 0.5 s and one of 1 s."""


@pytest.mark.parametrize(
    ("ends", "cut", "delay"),
    [
        ([4.0], [], 0.5),
        ([1.3, 4.0], [0.5], 0.5),
        ([1.3, 2.9, 3.6], [0.5, 1.0], 0.1),
        # The caller had gone on by then.
        ([1.6, 4.0], [0.5], 0.5),
        ([3.2], [1.0], math.inf),
        ([], [], math.inf),
    ],
)
def test_a_turn_ended_before_its_last_word_was_cut(
    ends: list[float], cut: list[float], delay: float
) -> None:
    """Each such end belongs to the pause before it; the first end after the last word is right."""
    tally = Tally()
    tally.judge(HESITANT, ends)
    assert tally.pauses == [0.5, 1.0]
    assert tally.cut == cut
    assert tally.delays == [pytest.approx(delay)]


def test_shares_are_of_the_pauses_of_a_length() -> None:
    """Those of none are none."""
    tally = Tally()
    tally.judge(HESITANT, [2.5, 4.0])
    assert tally.share_cut() == 0.5
    assert tally.share_cut(0.8) == 0.0
    assert tally.share_cut(above=0.8) == 1.0
    assert tally.share_cut(above=2.0) == 0.0


def test_verdicts_add_up() -> None:
    """As the clips are played several times."""
    tally, other = Tally(), Tally()
    tally.judge(HESITANT, [4.0])
    other.judge(HESITANT, [1.3, 3.6])
    tally.add(other)
    assert tally.pauses == [0.5, 1.0, 0.5, 1.0]
    assert tally.cut == [0.5]
    assert tally.delays == [pytest.approx(0.5), pytest.approx(0.1)]
