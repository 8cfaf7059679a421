"""Names that a caller says or spells, in Latin script. Pure.

Records keep names in Latin script. No library found writes Indian names in it as their owners do
(docs/design.md), but language models do: a name in another script is for the model to write.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from livekit.plugins.sarvam_pooled.text.function_words import OPEN

from ..turns.expected import Progress
from .data import table
from .entry import Judged
from .number_words import number_word
from .tokens import Token, fold, tokens
from .word_lists import word_list

Problem = Literal["not_latin", "too_long", "digits"]

MAX_LENGTH: Final = 60
_MAX_WORDS: Final = 6
_MAX_CERTAIN: Final = 3
"""Words of a name that no model need judge."""
_MIN_SPELLED: Final = 3
"""Letters that are a spelling after a name; fewer are its initials: "Ramesh K S"."""

_LETTER_HEARD: Final = 3
"""Characters of a word that an STT may write for a letter: "are", "see", "tea"."""


@dataclass(frozen=True, slots=True)
class NameReading:
    """What a transcript has of a name."""

    value: str | None = None
    """The name in Latin script, such as "Ravi Kumar"."""
    is_certain: bool = False
    """Whether it is a name without doubt: spelled, or after "my name is"."""
    progress: Progress = Progress.UNRELATED
    problem: Problem | None = None


def read_name(text: str) -> NameReading:
    """The name in `text`, which may have "my name is" around it, or be spelled: "R A V I",
    "R for Rajdhani"."""
    found = tokens(text)
    spelling = _spelling(found)
    if spelling is not None:
        return spelling
    words = [word for word in text.replace("’", "'").split() if fold(_bare(word))]
    inner, said_name = _inside(words)
    name = " ".join(_written(_bare(word)) for word in inner)
    if not name:
        return NameReading(progress=Progress.PARTIAL if said_name else Progress.UNRELATED)
    if any(character.isdecimal() for character in name):
        return NameReading(problem="digits")
    if not all(_is_latin(character) for character in name):
        return NameReading(problem="not_latin")
    if len(name) > MAX_LENGTH or len(inner) > _MAX_WORDS:
        return NameReading(problem="too_long")
    if sum(character.isalpha() for character in name) < 2:
        return NameReading(progress=Progress.PARTIAL)
    is_certain = said_name and len(inner) <= _MAX_CERTAIN and not _is_sentence(inner)
    return NameReading(name, is_certain=is_certain, progress=Progress.POSSIBLE)


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name as it was said last."""

    heard: str = ""

    def feed(self, text: str) -> NameEntry:
        """The entry after the caller has said `text`: another name replaces what was heard."""
        reading = read_name(text)
        is_nothing = reading.value is None and reading.problem is None
        return self if is_nothing else NameEntry(text)

    def progress_with(self, text: str) -> Progress:
        """How far a name is with `text`, the transcript of a turn that may go on."""
        return read_name(text).progress

    def is_all_of(self, text: str) -> bool:
        """Whether `text` is a name without doubt."""
        return read_name(text).is_certain

    @property
    def judged(self) -> Judged[str]:
        """What has been heard. The problem is "not_latin", "too_long" or "digits"."""
        reading = read_name(self.heard)
        candidates = () if reading.value is None else (reading.value,)
        return Judged(reading.progress, candidates, reading.problem)


def spell(name: str) -> str:
    """The name letter by letter, as a TTS reads it: "R, A, V, I"."""
    return "; ".join(", ".join(part.upper()) for part in name.split())


def _is_sentence(words: Sequence[str]) -> bool:
    """Whether words that could be a name say something: "Ravi and", "not important"."""
    folded = {fold(_bare(word)) for word in words}
    return bool(folded & (OPEN | _words("not_names") | word_list("no") | word_list("yes")))


def _inside(words: Sequence[str]) -> tuple[list[str], bool]:
    """The words of a name without those that stand around one, and whether these say that a name
    is meant."""
    around, certain = _words("around"), _words("certain")
    start, end = 0, len(words)
    while start < end and fold(_bare(words[start])) in around | certain:
        start += 1
    while end > start and fold(_bare(words[end - 1])) in around | certain:
        end -= 1
    outer = [*words[:start], *words[end:]]
    return list(words[start:end]), any(fold(_bare(word)) in certain for word in outer)


def _spelling(found: Sequence[Token]) -> NameReading | None:
    """The name that a transcript spells; None if it spells none."""
    letters: list[str] = []
    has_examples = False
    others: list[str] = []
    at = 0
    while at < len(found):
        example = _example(found, at)
        letter = _letters().get(found[at].text)
        following = _letters().get(found[at + 1].text) if at + 1 < len(found) else None
        if example is not None:
            initial, at = example
            if initial is None:
                return NameReading(progress=Progress.PARTIAL)
            letters.append(initial)
            has_examples = True
            continue
        if (repeat := _repeat(found[at].text)) and following is not None:
            # The letter itself is the next token.
            letters.append(following * (repeat - 1))
        elif letter is not None and not _is_word(found, at):
            letters.append(letter)
        elif found[at].text in _words("space"):
            letters.append(" ")
        elif letters and found[at].text not in _words("around"):
            # "A P J Abdul Kalam": letters with a name behind them are its initials.
            return None
        elif found[at].text not in _words("around") | _words("certain"):
            others.append(found[at].text)
        at += 1
    spelled = "".join(letters).strip()
    count = len(spelled.replace(" ", ""))
    if count < 2 or (count < _MIN_SPELLED and others and not has_examples):
        return None
    if len(spelled) > MAX_LENGTH:
        return NameReading(problem="too_long")
    name = " ".join(part.capitalize() for part in spelled.split())
    return NameReading(name, is_certain=True, progress=Progress.POSSIBLE)


def _example(found: Sequence[Token], at: int) -> tuple[str | None, int] | None:
    """The letter of "R for Rajdhani" at a token, and the position behind it; no letter if its word
    is missing. The word counts more than the letter, which an STT confuses with others: "are for
    Rajdhani", "B for Delhi"."""
    if at + 1 >= len(found) or found[at + 1].text not in _words("for"):
        return None
    letter = _letters().get(found[at].text)
    word = at + 2
    if found[at + 1].text == "as":
        if word < len(found) and found[word].text != "in":
            return None
        word += 1
    if word >= len(found):
        return (None, len(found)) if letter is not None else None
    if letter is None and len(found[at].text) > _LETTER_HEARD:
        # "an appointment for Ravi"
        return None
    initial = found[word].text[0]
    if initial.isascii() and initial.isalpha():
        return initial, word + 1
    return (letter, word + 1) if letter is not None else None


def _is_word(found: Sequence[Token], at: int) -> bool:
    """Whether a letter is a word here: "I am", "a minute", "जी हाँ"."""
    beside = [token.text for token in (*found[max(0, at - 1) : at], *found[at + 1 : at + 2])]
    return not any(
        word in _letters() or word in _words("space") or _repeat(word) for word in beside
    )


def _repeat(word: str) -> int:
    """How often the letter after a word such as "double" stands; 0 for any other word."""
    meaning = number_word(word)
    return meaning.value if meaning is not None and meaning.kind == "repeat" else 0


@cache
def _letters() -> dict[str, str]:
    """Each letter by its folded names."""
    found = {letter: letter for letter in "abcdefghijklmnopqrstuvwxyz"}
    for letter, names in table("letters")["devanagari"].items():
        found |= {fold(name): letter for name in names.split()}
    return found


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(fold(word) for word in table("letters")["words"][name].split())


def _bare(word: str) -> str:
    """A word without the marks around it."""
    return word.strip("".join(c for c in word if unicodedata.category(c)[0] not in "LMN"))


def _written(word: str) -> str:
    """A part of a name as one writes it: "ravi" and "RAVI" are "Ravi", "McDonald" stays, "M.S." is
    "M S"."""
    parts = [part for part in word.split(".") if part]
    return " ".join("-".join(map(_capitalized, part.split("-"))) for part in parts)


def _capitalized(part: str) -> str:
    is_mixed = not part.islower() and not part.isupper()
    return part if is_mixed else part.capitalize()


def _is_latin(character: str) -> bool:
    if character in " '-":
        return True
    return unicodedata.name(character, "").startswith("LATIN")
