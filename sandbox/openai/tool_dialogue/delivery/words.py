"""What a customer says about a delivery, and how a tool names an outcome. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ...receptionist.keywords import KeywordTable, exact_table
from ...receptionist.understanding import understand
from ...receptionist.words import folded
from ...tools.vocabulary import words_of
from ..digits import PINCODE_DIGITS, digits_in

_PIN = re.compile(
    r"(?:\b(?:pin\s*code|pin|pincode)\b|पिन\s*कोड|पिन|பின்\s*கோடு)\W*(?:is\b|है)?", re.IGNORECASE
)
_LEAD = re.compile(
    r"^\W*(?:(?:yes|no|ok|okay|sure|please|it is|its|it's|"
    r"(?:my |the )?(?:new |current )?address is|deliver (?:it )?to|हाँ|हां|जी|नहीं|"
    r"नया पता है|मेरा पता है|नया पता|पता है|ஆமாம்|ஆமா|சரி|இல்லை|புதிய முகவரி|என் முகவரி|முகவரி)[\s,.:]+)+",
    re.IGNORECASE,
)
_SHORTEST_ADDRESS = 2  # words


@dataclass(frozen=True, slots=True)
class _Words:
    topics: KeywordTable
    outcomes: KeywordTable


@cache
def _words() -> _Words:
    text = files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    file = tomllib.loads(text)
    return _Words(exact_table([file["topics"]]), exact_table([file["outcomes"]]))


def topic_of_words(text: str) -> str | None:
    """What the customer wants: a label of `[topics]`."""
    return _words().topics.best(folded(text))


def outcome_option(outcome: str, options: Sequence[Any]) -> str:
    """The value by which a tool knows `outcome`; itself if the tool lists none."""
    if not options:
        return outcome
    if outcome in options:
        return outcome
    scores = {str(option): _words().outcomes.scores(words_of(str(option))) for option in options}
    return max(scores, key=lambda option: scores[option].get(outcome, 0.0))


def address_in(text: str) -> tuple[str | None, str | None]:
    """The address and the PIN code in an answer to the question for one."""
    pincode = re.search(r"(?<!\d)\d{3}\s?\d{3}(?!\d)", text)
    code = digits_in(pincode[0]) if pincode else None
    rest = text.replace(pincode[0], " ") if pincode else text
    rest = _LEAD.sub("", _PIN.sub(" ", rest))
    address = re.sub(r"\s+", " ", rest).strip(" ,.;।")
    words = address.split()
    # "Hm", "what?" and "please wait" are no address.
    known = understand(address, "en").topics if address else ()
    no_address = {"wait", "repeat", "unsure", "greeting", "present", "who"} & set(known)
    fits = len(words) >= _SHORTEST_ADDRESS and not no_address and not text.rstrip().endswith("?")
    return (address if fits else None), code if code and len(code) == PINCODE_DIGITS else None
