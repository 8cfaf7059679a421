"""Addresses and PIN codes. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

from .errors import ParcelError

LONGEST: Final = 160
"""Characters; a label has four lines of forty."""
_FEWEST_WORDS: Final = 2
_PIN: Final = re.compile(
    r"[,\s-]*\b(?:pin\s*code|pin)?\W*\b([1-9]\d{2}\s?\d{3})\b\W*", re.IGNORECASE
)
_FORBIDDEN: Final = re.compile(r"[^\w\s,./#&'()-]")


def one_line(text: str) -> str:
    """The text without line breaks, control characters and double spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


Line = Annotated[str, AfterValidator(one_line), StringConstraints(min_length=2, max_length=LONGEST)]
PinCode = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{5}$")]
"""Six digits; the first is the postal zone (India Post)."""


def read_address(text: str) -> tuple[str, str]:
    """An address that a customer dictated, and the PIN code in it, empty if there is none.

    Raises:
        ParcelError: It cannot be an address.
    """
    line = one_line(text)
    found = _PIN.search(line)
    pin = re.sub(r"\s", "", found[1]) if found else ""
    street = (line[: found.start()] + ", " + line[found.end() :] if found else line).strip(" ,.")
    if len(street.split()) < _FEWEST_WORDS:
        raise ParcelError("That is no whole address. Ask the customer for house, street and area.")
    if len(street) > LONGEST or _FORBIDDEN.search(street):
        raise ParcelError(
            f"Write only house, street, area and city, with at most {LONGEST} characters."
        )
    return street, pin


def same_district(one: str, other: str) -> bool:
    """Whether two PIN codes belong to one sorting district: their first three digits (India
    Post). A parcel waits in the depot of its district."""
    return one[:3] == other[:3]
