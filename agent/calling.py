"""What is known of a call before anybody has spoken: the language to begin it in.

Pure. The sources, best first:

- metadata of the dispatch, then of the room: JSON with a `language` ("hi-IN", "hi");
- an attribute `language` of the caller, which a page or a SIP rule may set;
- the number that was called, in `NUMBER_LANGUAGES`; LiveKit's SIP gives it as an attribute.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

CALLED_NUMBER = "sip.trunkPhoneNumber"
"""Attribute of a SIP caller: the number of ours that was called (LiveKit's documentation)."""
_NAME = "language"


def from_metadata(*metadata: str) -> str | None:
    """The language that the first of these names; anything else in them is for others."""
    for text in metadata:
        try:
            content = json.loads(text)
        except ValueError:
            continue
        if isinstance(content, dict) and isinstance(language := content.get(_NAME), str):
            return language.strip() or None
    return None


def from_attributes(callers: Iterable[Mapping[str, str]], numbers: Mapping[str, str]) -> str | None:
    """The language of the first caller of whom one is known.

    Args:
        callers: Attributes of each participant.
        numbers: Language by number, digits alone.
    """
    for attributes in callers:
        if named := attributes.get(_NAME, "").strip():
            return named
        if language := numbers.get(digits(attributes.get(CALLED_NUMBER, ""))):
            return language
    return None


def digits(number: str) -> str:
    """A telephone number without "+", blanks and dashes."""
    return "".join(char for char in number if char.isdigit())


def parse_numbers(text: str) -> dict[str, str]:
    """Language by number from "+918012345678=kn-IN, +914412345678=ta-IN".

    Raises:
        ValueError: A pair that is none.
    """
    numbers: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        number, equals, language = pair.partition("=")
        if not equals or not digits(number) or not language.strip():
            raise ValueError("must be pairs such as +918012345678=kn-IN, separated by commas")
        numbers[digits(number)] = language.strip()
    return numbers
