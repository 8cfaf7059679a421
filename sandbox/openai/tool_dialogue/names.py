"""A name in an answer to the question for one: "Yes, that is right. Anita Desai." Pure."""

from __future__ import annotations

import re

from ..receptionist.names import bare_name
from ..receptionist.rules import rules
from ..receptionist.words import fold, split
from .digits import PHONE_DIGITS

_SEGMENT = re.compile(r"[.,;:!।]+")
_NO_NAME = frozenset(
    fold(word)
    for word in (
        "hm", "hmm", "mm", "mhm", "actually", "okay", "ok", "quickly", "phone", "kaun", "number",
        "what",        "हम्म", "हूँ", "हूं", "देखिए", "देखो", "क्या", "नंबर", "फ़ोन", "कौन", "ம்ம்", "ஹ்ம்",
        "பாரு", "பாருங்க", "என்ன", "நம்பர்",
    )
)  # fmt: skip
# Hindi imperatives ("देखो", "बताइए") end like this; names hardly do.
_IMPERATIVE = ("ो", "िए")


def answered_name(text: str) -> str | None:
    """The last part of `text` that can be a name; None for a question.

    Callers put other words before it, and spell it after it.
    """
    figures = sum(character.isdecimal() for character in text)
    if text.rstrip().endswith("?") or 0 < figures < PHONE_DIGITS:
        return None
    names = (_name(part) for part in reversed(_SEGMENT.split(text)))
    return next((name for name in names if name), None)


def _name(part: str) -> str | None:
    said = [word for word in split(part) if fold(word) not in _NO_NAME]
    spelled = any(len(word) == 1 for word in said)
    stops = rules().name_stops
    while said and fold(said[0]) in stops:
        said.pop(0)
    while said and fold(said[-1]) in stops:
        said.pop()
    common = any(fold(word) in stops or _is_function_word(word) for word in said)
    timed = any(_is_of_a_time(fold(word)) for word in said)
    commands = any(word.endswith(_IMPERATIVE) for word in said)
    return None if common or spelled or commands or timed else bare_name(" ".join(said))


def _is_of_a_time(word: str) -> bool:
    """Whether a word stands before an hour ("साढ़े पाँच") or behind it."""
    return any(
        word in (*clock.half, *clock.quarter, *clock.quarter_to) or word in clock.numbers
        for clock in rules().clocks.values()
    )


def _is_function_word(word: str) -> bool:
    return any(fold(word) in words for words in rules().language_words.values())
