"""What each word for a number means, in eleven languages. Data: `indic-numtowords` (AI4Bharat) and
data/numbers.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from indic_numtowords import num2words

from .data import table
from .tokens import fold

LANGUAGES: Final = ("en", "hi", "bn", "gu", "kn", "ml", "mr", "or", "pa", "ta", "te")
"""In the library's codes."""


@dataclass(frozen=True, slots=True)
class NumberWord:
    """The meaning of a word."""

    kind: Literal["number", "scale", "repeat"]
    value: int
    joins_unit: bool = False
    """Whether a unit may follow and be added: "twenty" and "five" are 25, बीस and पाँच are not."""
    is_ambiguous: bool = False
    """Whether it counts only beside other numbers: "do" is a verb and two."""


def number_word(word: str) -> NumberWord | None:
    """The meaning of a folded word; None if it is no number."""
    return _WORDS.get(word)


def _words() -> dict[str, NumberWord]:
    found: dict[str, NumberWord] = {}
    for code in LANGUAGES:
        # Downwards: "twenty" is seen in "twenty one" before it is seen alone.
        for value in reversed(range(100)):
            for phrase in num2words(value, lang=code, variations=True):
                match fold(phrase).split():
                    case [word] if word not in found:
                        found[word] = NumberWord("number", value)
                    case [tens, _]:
                        found[tens] = NumberWord("number", value - value % 10, joins_unit=True)
    lists = dict(table("numbers"))
    special = {name: lists.pop(name) for name in ("scale", "repeat", "ambiguous")}
    for values in lists.values():
        for value, words in values.items():
            for word in fold(words).split():
                joins = word in found and found[word].joins_unit
                found[word] = NumberWord("number", int(value), joins_unit=joins)
    for word in fold(special["ambiguous"]["words"]).split():
        value = found[word].value if word in found else 0
        found[word] = NumberWord("number", value, is_ambiguous=True)
    for value, words in special["scale"].items():
        found |= {word: NumberWord("scale", int(value)) for word in fold(words).split()}
    for value, words in special["repeat"].items():
        found |= {word: NumberWord("repeat", int(value)) for word in fold(words).split()}
    return found


# At import, because it takes 20 ms, in which a call's loop would stand still.
_WORDS: Final = _words()
