"""Addresses as customers dictate them."""

from __future__ import annotations

import pytest

from assistants.delivery.parcels.addresses import LONGEST, one_line, read_address, same_district
from assistants.delivery.parcels.errors import ParcelError


@pytest.mark.parametrize(
    ("text", "street", "pin"),
    [
        ("5 Temple Road, Mylapore", "5 Temple Road, Mylapore", ""),
        ("5 Temple Road, Mylapore, 600004", "5 Temple Road, Mylapore", "600004"),
        ("5 Temple Road, Mylapore, PIN code 600 004.", "5 Temple Road, Mylapore", "600004"),
        ("Flat 12/B, No. 7 (rear), Anna Nagar", "Flat 12/B, No. 7 (rear), Anna Nagar", ""),
        ("600004 Temple Road 5", "Temple Road 5", "600004"),
        ("5 Temple\nRoad\x07,  Mylapore", "5 Temple Road , Mylapore", ""),
        ("House 9876543210, Temple Road", "House 9876543210, Temple Road", ""),
    ],
)
def test_the_pin_code_is_told_from_the_street(text: str, street: str, pin: str) -> None:
    """Longer numbers, and those that begin with 0, are none."""
    assert read_address(text) == (street, pin)


@pytest.mark.parametrize("text", ["", "Mylapore", "600004", "Road <b>5</b>", "a b" + "c" * LONGEST])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ParcelError):
        read_address(text)


def test_a_line_has_no_breaks_of_any_kind() -> None:
    assert one_line("a\r\nb\u2028c\td\x00e") == "a b c d e"


def test_a_sorting_district_is_three_digits() -> None:
    assert same_district("600004", "600120")
    assert not same_district("600004", "601004")
