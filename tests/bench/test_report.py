"""What every benchmark prints: percentiles, milliseconds and tables."""

from __future__ import annotations

import io
import math

import pytest
from rich.console import Console

from bench.report import Sheet, milliseconds, percentile, show


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 10), (0.95, 19), (0.951, 20), (1.0, 20), (0.01, 1)]
)
def test_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    """Nearest rank: nothing is made up between two values, and the order does not matter."""
    assert percentile(list(range(20, 0, -1)), share) == value


def test_what_never_came_is_no_number() -> None:
    """Whole milliseconds, or with digits."""
    assert milliseconds(0.0126) == "13"
    assert milliseconds(0.0126, 1) == "12.6"
    assert milliseconds(math.inf) == "never"


def test_a_name_that_repeats_is_printed_once_for_its_group() -> None:
    """Where two columns name a row; a single name stands in each of its rows."""
    rows = [("turn", "llm", "1"), ("turn", "tts", "2"), ("greeting", "tts", "3")]
    for names, times in ((2, 1), (1, 2)):
        paper = io.StringIO()
        sheet = Sheet("Stages", ("kind", "stage", "ms"), rows, names=names)
        show(sheet, Console(file=paper, width=60))
        assert paper.getvalue().count("turn") == times
