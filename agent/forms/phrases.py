"""What a task says by itself, in each language. Data: data/phrases.toml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .data import table


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPhrases:
    """The phrases of one language; the file explains each."""

    phone_number: str
    pin_code: str
    otp: str
    name: str
    date: str
    time: str
    confirm: str
    choose: str
    go_on: str
    again: str
    invalid: str
    range: str
    spell: str


@cache
def form_phrases(language: str) -> FormPhrases:
    """The phrases of a language by a code such as hi-IN.

    Raises:
        KeyError: The language is not in the file.
    """
    return FormPhrases(**table("phrases")[language])
