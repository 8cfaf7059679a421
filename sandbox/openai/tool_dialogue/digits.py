"""Digits that a caller dictates: telephone numbers, PIN codes. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from ..receptionist.words import fold

PHONE_DIGITS = 10
"""Digits of an Indian telephone number without its country code."""
PINCODE_DIGITS = 6
_WORD = re.compile(r"\d|[^\W\d_]+(?:[\u0900-\u0dff]+)?|[\u0900-\u0dff]+")
_COUNTRY = re.compile(r"^(?:\+?\s*91[\s-]*|0)(?=(?:[\s-]*\d){10}$)")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    repeats: dict[str, int]
    digits: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Words:
    digits: Mapping[str, str]
    repeats: Mapping[str, int]


@cache
def _words() -> _Words:
    text = files(__package__).joinpath("digits.toml").read_text(encoding="utf-8")
    file = _File.model_validate(tomllib.loads(text))
    return _Words(
        {fold(word): digit for digit, words in file.digits.items() for word in words},
        {fold(word): times for word, times in file.repeats.items()},
    )


def digits_in(text: str) -> str:
    """All digits of `text`, in figures of any script or in words."""
    known = _words()
    found, times = "", 1
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        if word.isdecimal():
            digit = str(unicodedata.digit(word))
        else:
            digit = known.digits.get(fold(word), "")
            times = known.repeats.get(fold(word), times if digit else 1)
        if digit:
            found, times = found + digit * times, 1
    return found


def without_country(digits: str) -> str:
    """A telephone number without +91 or the leading 0."""
    return _COUNTRY.sub("", digits)
