"""The decoding bench measures what it says, and holds each limit."""

from __future__ import annotations

import dataclasses
import io

import pytest
from rich.console import Console

from bench.micro.decode import CODECS, Cost, measure, sheet
from bench.report import show

KEPT = Cost(
    first=[0.001],
    total=[0.002],
    longest=0.001,
    longest_alone=0.001,
    memory=(100 << 20, 101 << 20),
)


@pytest.mark.parametrize("name", CODECS)
async def test_every_codec_is_measured(name: str) -> None:
    """A time for each Segment, the first sound before the last, memory and handles."""
    done: list[int] = []
    cost = await measure(name, 20, lambda: done.append(1))
    assert len(done) == len(cost.first) == len(cost.total) == 20
    assert all(0 < first <= total for first, total in zip(cost.first, cost.total, strict=True))
    assert cost.longest > 0
    assert cost.longest_alone > 0
    assert min(cost.memory) > 0
    console = Console(width=140, file=io.StringIO())
    show(sheet({name: cost}, segments=20), console)
    assert name in console.file.getvalue()


@pytest.mark.parametrize(
    "worse",
    [
        {"total": [0.021]},
        {"longest": 0.0021},
        {"longest_alone": 0.0021},
        {"memory": (100 << 20, 109 << 20)},
    ],
)
def test_each_limit_is_held(worse: dict[str, object]) -> None:
    """Each by itself."""
    assert KEPT.holds
    assert not dataclasses.replace(KEPT, **worse).holds
