"""Amounts of money that a text says. Pure."""

from __future__ import annotations

import re

from .folding import fold

_AMOUNT = r"(\d{1,3}(?:,\d{2,3})+|\d+)(?:\.\d+)?"
_BEFORE = re.compile(rf"(?:\brs\.?|₹|\binr)\s*{_AMOUNT}")
_AFTER = re.compile(rf"{_AMOUNT}\s*(?:rupees?|rupaye|rupay|रुपये|रुपए|रुपय|रु\b|ரூபாய்|/-)")
_NUMBER = re.compile(r"\d[\d,]*")


def prices(text: str) -> set[int]:
    """Whole rupees that a text names, with their sign or word."""
    folded = fold(text)
    return {
        int(amount.replace(",", ""))
        for pattern in (_BEFORE, _AFTER)
        for amount in pattern.findall(folded)
    }


def numbers(text: str) -> set[int]:
    """All whole numbers in a text, whatever they count."""
    return {int(found.replace(",", "")) for found in _NUMBER.findall(fold(text)) if found[:12]}
