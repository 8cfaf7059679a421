"""How the bench judges phrases, and that its parts measure what they promise."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.phrases import lookup, memory, repeated


def said(first_audible: float | None, *, is_whole: bool = True) -> Any:
    """A reply as it was heard."""
    return SimpleNamespace(first_audible=first_audible, is_whole=is_whole)


@pytest.mark.parametrize(
    ("replies", "requests", "holds"),
    [
        ([said(0.09), said(0.1), said(0.3)], 0, True),
        ([said(0.09), said(0.11), said(0.3)], 0, False),
        ([said(0.05), said(0.05), said(None)], 0, True),
        ([said(0.05), said(0.05, is_whole=False)], 0, False),
        ([said(0.05)], 1, False),
    ],
)
def test_a_repeated_reply_is_complete_in_time_and_without_a_request(
    replies: list[Any], requests: int, holds: bool
) -> None:
    """The median counts; the first time has no limit."""
    again = repeated.Repeated(name="a", replies=replies, requests=requests, is_limited=True)
    first = repeated.Repeated(name="a", replies=replies, requests=requests, is_limited=False)
    assert again.holds == holds
    assert first.holds


async def test_a_hit_needs_no_provider() -> None:
    """Each comes, from memory and from disk, with no server to connect to."""
    times = await lookup.measure(3)
    assert [len(taken) for taken in times.values()] == [3, 3]
    assert all(took > 0 for taken in times.values() for took in taken)


def test_the_memory_of_a_process_beside_a_store_is_measured(tmp_path: Path) -> None:
    """It makes its calls; what they add is measured apart from what it had."""
    before, added = memory.measure(tmp_path, 10)
    assert before > 10
    assert abs(added) < before
    assert memory.holds({10: (100.0, 2.0), 5000: (100.0, 2.9)})
    assert not memory.holds({10: (100.0, 2.0), 5000: (100.0, 4.0)})
