"""Keywords: weighted words and phrases that indicate a label (a topic, a day, a doctor).

Pure. Notation in the rule files:

    word      this word; from 5 letters on, one letter may be wrong (at a lower weight)
    stem*     a word with this beginning (English plurals, Indian case endings)
    a b       these words in sequence
    a+b       all of these parts, anywhere; each may be of the forms above
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from .words import fold, within_one_edit

Strength = Literal["certain", "strong", "fair", "weak"]
"""Names of the lists of keywords in a rule file."""
WEIGHTS: Mapping[Strength, float] = {"certain": 5.0, "strong": 3.0, "fair": 2.0, "weak": 1.0}
"""Points of a keyword by its list."""
_MISSPELT = 0.7  # of the points: a strong keyword (2.1) still counts alone, a fair one does not
_SHORTEST_TO_MISSPELL = 5  # letters; shorter words have too many neighbours that mean other things


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword and its weight."""

    parts: tuple[tuple[str, ...], ...]
    """Phrases that must all occur, each as folded words or stems."""
    weight: float

    @classmethod
    def parse(cls, notation: str, weight: float) -> Keyword:
        """Read the notation above."""
        parts = tuple(
            tuple(fold(word.rstrip("*")) + "*" * word.endswith("*") for word in part.split())
            for part in notation.split("+")
        )
        if not all(part and all(word.strip("*") for word in part) for part in parts):
            raise ValueError(f"a keyword needs words: {notation!r}")
        return cls(parts, weight)

    @property
    def anchor(self) -> str:
        """A whole word that must occur for the keyword to match; empty if it has only stems."""
        words = (word for part in self.parts for word in part if word[-1] != "*")
        return next(words, "")

    @property
    def single(self) -> str | None:
        """The word or stem, if the keyword is only one."""
        return self.parts[0][0] if [len(part) for part in self.parts] == [1] else None

    def found_in(self, words: tuple[str, ...]) -> bool:
        """Whether all parts occur in the folded `words`."""
        return all(_occurs(part, words) for part in self.parts)


@dataclass(frozen=True, slots=True)
class KeywordTable:
    """The keywords of a set of labels."""

    keywords: Mapping[str, tuple[Keyword, ...]]
    forgiving: bool = True
    """Whether one letter of a word may be wrong."""
    common: frozenset[str] = frozenset()
    """Words that are never misspelt keywords ("there" is not "where")."""
    # Keywords by their anchors, so that an utterance is compared with few of them.
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
        """Whether the folded word alone is a keyword."""
        return word in self._vocabulary or word.startswith(self._stems)

    def scores(self, words: tuple[str, ...]) -> dict[str, float]:
        """Points of each label that the folded `words` indicate, in the order of the labels."""
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
        """The label with the most points, the first of equals; None if no keyword matches."""
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
    """One table of several `{label: {"strong": [...], ...}}`, label by label."""
    keywords: dict[str, list[Keyword]] = {}
    for table in tables:
        for label, lists in table.items():
            book = keywords.setdefault(label, [])
            for name, notations in lists.items():
                book.extend(Keyword.parse(notation, WEIGHTS[name]) for notation in notations)
    # A keyword that two languages share counts once.
    unique = {label: tuple(dict.fromkeys(found)) for label, found in keywords.items()}
    return KeywordTable(unique, forgiving, common)


def exact_table(tables: Iterable[Mapping[str, list[str]]]) -> KeywordTable:
    """One table of several `{label: keywords}`, without misspellings.

    Every letter matters here: surnames are similar, and Tamil "now" is similar to "when". Phrases
    outweigh their words: "day after tomorrow" is not tomorrow.
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
