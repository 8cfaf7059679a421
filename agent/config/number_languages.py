"""The language of each telephone number that can be called: `NUMBER_LANGUAGES`. Pure."""

from __future__ import annotations

from .languages import language


def digits(number: str) -> str:
    """A telephone number without "+", blanks and dashes."""
    return "".join(char for char in number if char.isdigit())


def parse_numbers(text: str) -> dict[str, str]:
    """Code of a language by number from "+918012345678=kn-IN, +914412345678=ta-IN".

    Raises:
        ValueError: One is not such a pair, or its language is not in the table.
    """
    numbers: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        number, equals, spelling = pair.partition("=")
        if not equals or not digits(number) or not spelling.strip():
            raise ValueError("must be pairs such as +918012345678=kn-IN, separated by commas")
        try:
            numbers[digits(number)] = language(spelling).code
        except ValueError as error:
            raise ValueError(f"must be pairs of a number and a language, which {error}") from None
    return numbers
