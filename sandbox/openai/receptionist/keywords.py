"""Cues: weighted words and phrases that speak for a label (a topic, a day, a doctor).

Pure. Notation in the rule files:

    word      this word; from 5 letters on, one letter may be wrong (then it weighs less)
    stem*     a word that begins so (English plurals, Indian case endings)
    a b       these words one after the other
    a+b       all of these, anywhere; each part may be of the forms above
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from .words import fold, within_one_edit

Strength = Literal["certain", "strong", "fair", "weak"]
"""Names of the lists of cues in a rule file."""
WEIGHTS: Mapping[Strength, float] = {"certain": 5.0, "strong": 3.0, "fair": 2.0, "weak": 1.0}
"""Points of a cue by its list."""
_MISSPELT = 0.7  # of a cue's points: a strong cue (2.1) still counts alone, a fair one does not
_SHORTEST_TO_MISSPELL = 5  # letters; shorter words have too many neighbours that mean other things


@dataclass(frozen=True, slots=True)
class Keyword:
    """One cue, and what it weighs."""

    parts: tuple[tuple[str, ...], ...]
    """Phrases that must all occur; each is a tuple of folded words or stems."""
    weight: float

    @classmethod
    def parse(cls, notation: str, weight: float) -> Keyword:
        """Read the notation above."""
        parts = tuple(
            tuple(fold(word.rstrip("*")) + "*" * word.endswith("*") for word in part.split())
            for part in notation.split("+")
        )
        if not all(part and all(word.strip("*") for word in part) for part in parts):
            raise ValueError(f"a cue needs words: {notation!r}")
        return cls(parts, weight)

    @property
    def anchor(self) -> str:
        """A whole word that must occur for the cue to be found; empty if it has but stems."""
        words = (word for part in self.parts for word in part if word[-1] != "*")
        return next(words, "")

    @property
    def single(self) -> str | None:
        """The word or stem, if the cue is no more than one."""
        return self.parts[0][0] if [len(part) for part in self.parts] == [1] else None

    def found_in(self, words: tuple[str, ...]) -> bool:
        """Whether all parts occur in the folded `words`."""
        return all(_occurs(part, words) for part in self.parts)


@dataclass(frozen=True, slots=True)
class KeywordTable:
    """The cues of a set of labels."""

    keywords: Mapping[str, tuple[Keyword, ...]]
    forgiving: bool = True
    """Whether words may be misspelt by a letter."""
    common: frozenset[str] = frozenset()
    """Words that are no misspelt cues, whatever they look like ("there" and "where")."""
    # Cues by their anchors, so that an utterance is held against few of them.
    _anchored: Mapping[str, tuple[tuple[str, Keyword], ...]] = field(
        init=False, repr=False, compare=False
    )
    _vocabulary: frozenset[str] = field(init=False, repr=False, compare=False)
    _stems: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        anchored: dict[str, list[tuple[str, Keyword]]] = {}
        for label, keywords in self.keywords.items():
            for keyword in keywords:
                anchored.setdefault(keyword.anchor, []).append((label, keyword))
        by_anchor = {anchor: tuple(found) for anchor, found in anchored.items()}
        object.__setattr__(self, "_anchored", by_anchor)
        single = [
            keyword.single
            for keywords in self.keywords.values()
            for keyword in keywords
            if keyword.single
        ]
        words = frozenset(word for word in single if word[-1] != "*")
        object.__setattr__(self, "_vocabulary", words)
        object.__setattr__(self, "_stems", tuple(word[:-1] for word in single if word[-1] == "*"))

    def knows(self, word: str) -> bool:
        """Whether the folded word is a cue by itself."""
        return word in self._vocabulary or word.startswith(self._stems)

    def scores(self, words: tuple[str, ...]) -> dict[str, float]:
        """Points for each label that the folded `words` speak for, in the order of the labels."""
        points = dict.fromkeys(self.keywords, 0.0)
        for anchor in dict.fromkeys(("", *words)):
            for label, keyword in self._anchored.get(anchor, ()):
                if keyword.found_in(words):
                    points[label] += keyword.weight
        for near in sorted(self._misspelt(words).difference(words)):
            for label, keyword in self._anchored[near]:
                if keyword.single == near:
                    points[label] += keyword.weight * _MISSPELT
        return {label: score for label, score in points.items() if score}

    def best(self, words: tuple[str, ...]) -> str | None:
        """The label with the most points; the first of equals, None if nothing speaks."""
        scores = self.scores(words)
        return max(scores, key=lambda label: scores[label], default=None)

    def _misspelt(self, words: tuple[str, ...]) -> frozenset[str]:
        if not self.forgiving:
            return frozenset()
        unknown = (
            word
            for word in words
            if len(word) >= _SHORTEST_TO_MISSPELL
            and word not in self.common
            and not self.knows(word)
        )
        return frozenset(near for word in unknown for near in _neighbours(word, self._vocabulary))


def keyword_table(
    tables: Iterable[Mapping[str, Mapping[Strength, list[str]]]],
    *,
    forgiving: bool = True,
    common: frozenset[str] = frozenset(),
) -> KeywordTable:
    """One book of several tables `{label: {"strong": [...], ...}}`, label by label."""
    keywords: dict[str, list[Keyword]] = {}
    for table in tables:
        for label, lists in table.items():
            book = keywords.setdefault(label, [])
            for name, notations in lists.items():
                book.extend(Keyword.parse(notation, WEIGHTS[name]) for notation in notations)
    # A cue that two languages share counts once.
    unique = {label: tuple(dict.fromkeys(found)) for label, found in keywords.items()}
    return KeywordTable(unique, forgiving, common)


def exact_table(tables: Iterable[Mapping[str, list[str]]]) -> KeywordTable:
    """One book of tables `{label: cues}` in which words must be spelt right.

    A letter matters here: a surname is near another, and Tamil "now" is near "when". Phrases
    outweigh the words within them: "day after tomorrow" is not tomorrow.
    """
    by_strength = [
        {label: _by_length(keywords) for label, keywords in table.items()} for table in tables
    ]
    return keyword_table(by_strength, forgiving=False)


def _by_length(keywords: list[str]) -> dict[Strength, list[str]]:
    return {
        "certain": [keyword for keyword in keywords if " " in keyword],
        "strong": [keyword for keyword in keywords if " " not in keyword],
    }


def _occurs(part: tuple[str, ...], words: tuple[str, ...]) -> bool:
    last = len(words) - len(part)
    return any(
        all(_fits(wanted, words[at + offset]) for offset, wanted in enumerate(part))
        for at in range(last + 1)
    )


def _fits(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted[-1] == "*" else word == wanted


@lru_cache(maxsize=4096)
def _neighbours(word: str, vocabulary: frozenset[str]) -> frozenset[str]:
    return frozenset(
        known
        for known in vocabulary
        if len(known) >= _SHORTEST_TO_MISSPELL and within_one_edit(word, known)
    )
