"""What the bench asks the desk for."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.bookings.requests import RIVALS, of_process, requests


def test_every_slot_is_wanted_by_rivals_with_phones_of_their_own() -> None:
    asked = requests(100)
    assert set(Counter(each.slot for each in asked).values()) == {RIVALS}
    assert len({each.phone for each in asked}) == len(asked)


@pytest.mark.parametrize("processes", [2, 3, 20])
def test_rivals_are_served_by_different_processes(processes: int) -> None:
    """And each request by one."""
    asked = requests(50)
    shares = [of_process(asked, number, processes) for number in range(processes)]
    assert sorted(each.number for share in shares for each in share) == list(range(100))
    for share in shares:
        assert len({each.slot for each in share}) == len(share)


def test_more_slots_than_the_clinic_has_are_refused() -> None:
    with pytest.raises(ValueError, match="the clinic has only"):
        requests(100_000)
