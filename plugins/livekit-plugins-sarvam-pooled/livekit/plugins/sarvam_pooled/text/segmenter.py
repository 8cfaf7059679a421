"""LLM tokens to Segments, as early as the text allows.

The problem. The caller waits for the first Segment: for its text to arrive from the LLM and for its
synthesis, both longer with every character. Later Segments have the time that the ones before them
take to speak, and sound better in whole sentences.

The rule:

- The first Segment ends at the first clause or sentence end ("Sure,"). When none comes, it ends
  after a word that can close a phrase once it has `first_soft` characters, and after any word once
  it has `first_hard`.
- A later one ends at a sentence end; one shorter than `min_length` takes the next sentence with it,
  unless `release` is called because the voice would fall silent.
- No later one is longer than `growth` times all text before it (nor than `max_length`): when it
  would be, it ends at the best place seen: the last clause end in its second half, or a word.
- A piece with nothing to say stays with its neighbour; a reply without anything to say has no
  Segment at all.

Pure: the same cuts whether text is fed whole, by token or by character.
"""

from __future__ import annotations

import unicodedata

from ..options import Segmenting
from .boundaries import Boundary, boundary, word_before
from .cleaner import Cleaner
from .script import language_of
from .segment import Segment
from .words import OPENERS_OF_PHRASES

_SHORTEST_LIMIT = 24  # characters; below it, growth would cut single words off
_UNBROKEN = 400  # characters without any boundary before one is made between two letters


class Segmenter:
    """One reply's text.

    Args:
        rules: Lengths and switches.
        detect_language: Give each Segment the language of its script.
    """

    def __init__(self, rules: Segmenting, *, detect_language: bool = False) -> None:
        self._rules = rules
        self._detect_language = detect_language
        self._cleaner = Cleaner()
        # Cleaned text not yet in a Segment, and how much of it has been looked at.
        self._text = ""
        self._seen = 0
        # Best places to cut in `_text` so far: index behind the boundary.
        self._last_word = 0
        self._last_clause = 0
        self._last_sentence = 0
        self._count = 0
        # Characters in all Segments so far.
        self._sent = 0

    @property
    def pending(self) -> str:
        """Text that is not yet in a Segment."""
        return self._text

    def push(self, token: str) -> list[Segment]:
        """Take in more text; the Segments that are now certain."""
        self._text += self._cleaner.feed(token)
        return self._scan(ended=False)

    def release(self, *, anywhere: bool = False) -> list[Segment]:
        """Give up what has a good end, although more would be waited for: the voice would otherwise
        fall silent.

        Args:
            anywhere: The end of a word is good enough: no text comes for now.
        """
        best = self._last_sentence or self._last_clause or (self._last_word if anywhere else 0)
        return self._cut(best) if best else []

    def flush(self) -> list[Segment]:
        """No more text comes: all that is left."""
        self._text += self._cleaner.flush()
        segments = self._scan(ended=True)
        return segments + self._cut(len(self._text))

    def _scan(self, *, ended: bool) -> list[Segment]:
        segments: list[Segment] = []
        while self._seen < len(self._text):
            kind = boundary(self._text, self._seen, ended=ended)
            if kind is Boundary.UNKNOWN:
                break
            self._seen += 1
            self._note(kind)
            if place := self._place_to_cut(kind):
                segments += self._cut(place)
        return segments

    def _note(self, kind: Boundary) -> None:
        if kind is Boundary.SENTENCE:
            self._last_sentence = self._seen
        elif kind is Boundary.CLAUSE:
            self._last_clause = self._seen
        elif kind is Boundary.WORD:
            self._last_word = self._seen

    def _place_to_cut(self, kind: Boundary) -> int:
        """Where to cut, now that all up to `_seen` is known; 0 for nowhere yet."""
        if kind is Boundary.SENTENCE and self._sentence_is_enough():
            return self._seen
        if self._count == 0 and self._rules.first_clause:
            return self._place_in_first(kind)
        if self._seen >= self._limit():
            return self._best_place()
        return 0

    def _sentence_is_enough(self) -> bool:
        # The second Segment has little audio in front of it and never waits for company.
        return self._count < 2 or self._seen >= self._rules.min_length

    def _place_in_first(self, kind: Boundary) -> int:
        rules = self._rules
        if kind is Boundary.CLAUSE and _letters(self._text[: self._seen]) >= rules.first_min:
            return self._seen
        if kind is Boundary.WORD:
            if self._seen > rules.first_hard:
                return self._seen
            if self._seen > rules.first_soft and self._closes_phrase():
                return self._seen
        return self._seen if self._seen >= _UNBROKEN and self._may_break() else 0

    def _closes_phrase(self) -> bool:
        """Whether the word just ended may be the last of a phrase."""
        word = word_before(self._text, self._seen - 1).lower().rstrip(".")
        return word not in OPENERS_OF_PHRASES and not word[-1:].isdigit()

    def _limit(self) -> int:
        """Longest that the Segment may become."""
        if self._count == 0:
            return self._rules.max_length
        grown = int(self._sent * self._rules.growth)
        return min(self._rules.max_length, max(grown, _SHORTEST_LIMIT))

    def _best_place(self) -> int:
        if self._last_sentence:
            return self._last_sentence
        if self._last_clause >= self._limit() // 2:
            return self._last_clause
        if self._last_word:
            return self._last_word
        return self._seen if self._seen >= _UNBROKEN and self._may_break() else 0

    def _may_break(self) -> bool:
        """Whether a text without any boundary may be cut behind `_seen`: not within a grapheme
        cluster, as far as it has come."""
        if self._seen >= len(self._text):
            return False
        following, last = self._text[self._seen], self._text[self._seen - 1]
        joined = unicodedata.category(following).startswith("M") or following in "\u200c\u200d"
        # A virama or a joiner takes the next letter into its cluster.
        return not joined and unicodedata.combining(last) != 9 and last not in "\u200c\u200d"

    def _cut(self, place: int) -> list[Segment]:
        piece = self._text[:place]
        if not _speakable(piece):
            return []
        self._text = self._text[place:]
        # What follows is looked at again: its boundaries were noted for another beginning.
        self._seen = self._last_word = self._last_clause = self._last_sentence = 0
        language = language_of(piece) if self._detect_language else None
        segment = Segment(self._count, piece, language)
        self._count += 1
        self._sent += len(piece)
        return [segment]


def _letters(text: str) -> int:
    return sum(char.isalpha() or unicodedata.category(char).startswith("M") for char in text)


def _speakable(text: str) -> bool:
    """Whether there is a letter or digit; Sarvam refuses a text without (422)."""
    return any(char.isalnum() for char in text)
