"""A caller's name in an utterance: "my name is ravi kumar", "मेरा नाम रवि है", or the name alone.

Pure. Names keep their spelling; those in Latin letters get capitals.
"""

from __future__ import annotations

from .rules import Rules, rules
from .words import fold, split

_LONGEST = 3  # words


def introduced_name(text: str) -> str | None:
    """The name after a phrase that introduces one."""
    said = split(text)
    words = tuple(fold(word) for word in said)
    for lead in rules().name_leads:
        for at in range(len(words) - len(lead) + 1):
            if words[at : at + len(lead)] == lead:
                name = _name(said[at + len(lead) :])
                if name:
                    return name
    return None


def bare_name(text: str) -> str | None:
    """The name in `text` if a name was asked for: the words but function words."""
    book = rules()
    said = [word for word in split(text) if fold(word) not in book.name_stops]
    return _name(tuple(said)) if 1 <= len(said) <= _LONGEST else None


def _name(said: tuple[str, ...]) -> str | None:
    book = rules()
    name: list[str] = []
    for word in said[:_LONGEST]:
        if not _may_be_name(word, book):
            break
        name.append(word.title() if word.isascii() else word)
    return " ".join(name) or None


def _may_be_name(word: str, book: Rules) -> bool:
    known = fold(word)
    return not (
        any(character.isdecimal() for character in word)
        or known in book.name_stops
        or any(keywords.knows(known) for keywords in (book.topics, book.days, book.parts))
        or any(known in table.numbers for table in book.clocks.values())
    )
