"""Amounts of money that texts name."""

from __future__ import annotations

import pytest

from evals.speech.prices import numbers, prices


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("It is Rs. 500, and ₹200 later.", {500, 200}),
        ("1,500 rupees", {1500}),
        ("Rs 1,00,000", {100000}),
        ("500 रुपये", {500}),
        ("५०० रुपए", {500}),
        ("500 ரூபாய்", {500}),
        ("500/-", {500}),
        ("at 10 a.m., call 112", set()),
    ],
)
def test_a_price_is_a_number_with_its_sign(text: str, amounts: set[int]) -> None:
    """In front or behind, in any script."""
    assert prices(text) == amounts


def test_numbers_are_all_numbers() -> None:
    """A source may hold a price without its sign."""
    assert numbers('{"fee": 500, "again": "1,200"}') == {500, 1200}
