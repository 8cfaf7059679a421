"""LLM tokens to Segments, as early as the text allows.

The problem. The caller waits for the first Segment: for the LLM to write it and for its synthesis,
both longer with every character. Later Segments have the time in which earlier ones play, and sound
better as complete sentences.

The rule:

- The first Segment ends at the first clause or sentence end ("Sure,"). When none comes, it ends
  at the end of a phrase once it has `first_soft` characters, and once it has `first_hard`, between
  any two words that allow a pause (see `word_joins.py`). Once it has twice that, it
  ends there too; a number, an amount and a name with its initials stay whole even then.
- A later one ends at a sentence end; one shorter than `min_length` takes the next sentence with it,
  unless `release` is called because the caller would hear silence.
- No later one is longer than `growth` times all text before it, nor than `max_length`: it then ends
  at the best place in its second half, or at the next possible place.
- A piece with nothing to say stays with its neighbour; a reply with nothing to say has no Segment.

The cuts are the same whether text comes at once, by token or by character.
"""

from __future__ import annotations

from typing import Final

from ..models import MAX_TEXT
from ..options import Segmenting
from .boundaries import boundary
from .char_classes import extends_cluster, is_cluster_break
from .cleaner import Cleaner
from .script import language_of
from .segment import Boundary, Segment

_MIN_LIMIT: Final = 24  # characters; a lower limit by growth would cut single words off
_MAX_UNBROKEN: Final = 400  # characters without a boundary before a word is cut
_BEST_FIRST: Final = (Boundary.SENTENCE, Boundary.CLAUSE, Boundary.PHRASE_END, Boundary.WORD)
_BOUNDARIES: Final = (*_BEST_FIRST, Boundary.NO_PAUSE)


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
        # Cleaned text not yet in a Segment.
        self._text = ""
        self._count = 0
        # Characters in all Segments so far.
        self._sent = 0
        self._restart()

    @property
    def pending(self) -> str:
        """Text that is in no Segment yet."""
        return self._text

    def push(self, token: str) -> list[Segment]:
        """Add text; return the Segments that are now certain."""
        self._text += self._cleaner.feed(token)
        return self._scan(ended=False)

    def release(self, *, anywhere: bool = False) -> list[Segment]:
        """End a Segment early, at a good place, because the caller would otherwise hear silence.

        Args:
            anywhere: No text comes for now: the last stop counts as an end, and the end of a phrase
                or word is good enough.
        """
        if anywhere:
            # The last word counts as complete, but not as the end of its clause.
            text = self._text + " "
            for i in range(self._seen, len(self._text)):
                self._note(i, boundary(text, i, ended=True))
        last = self._last
        best = last[Boundary.SENTENCE] or last[Boundary.CLAUSE]
        if anywhere and not best:
            best = max(last[Boundary.PHRASE_END], last[Boundary.WORD])
        if not best:
            if anywhere:
                # Scan again without the blank. That cuts nothing: `push` did not either.
                self._restart()
                return self._scan(ended=False)
            return []
        released = self._cut(best)
        # Scan the rest now: it may be released before more text comes.
        return [released, *self._scan(ended=False)]

    def flush(self) -> list[Segment]:
        """End the text; return the rest of the Segments."""
        self._text += self._cleaner.flush()
        segments = self._scan(ended=True)
        if self._speakable:
            segments.append(self._cut(len(self._text)))
        self._text = ""
        self._restart()
        return segments

    def _restart(self) -> None:
        """Start at the beginning of `_text`: nothing of it was scanned."""
        # The scanned length, and whether it has anything to say.
        self._seen = 0
        self._speakable = False
        # The last place to cut for each kind of boundary; 0 for none.
        self._last = dict.fromkeys(Boundary, 0)

    def _scan(self, *, ended: bool) -> list[Segment]:
        segments: list[Segment] = []
        while self._seen < len(self._text):
            kind = boundary(self._text, self._seen, ended=ended)
            if kind is Boundary.UNKNOWN:
                break
            if self._must_break():
                segments.append(self._cut(self._seen))
                continue
            self._note(self._seen, kind)
            self._seen += 1
            if place := self._place_to_cut(kind):
                segments.append(self._cut(place))
            elif not self._speakable and self._seen >= self._rules.max_length:
                self._drop()
        return segments

    def _note(self, i: int, kind: Boundary) -> None:
        self._speakable = self._speakable or self._text[i].isalnum()
        if self._speakable:
            self._last[kind] = i + 1

    def _place_to_cut(self, kind: Boundary) -> int:
        """The place at which to cut the scanned text; 0 for none yet."""
        if not self._speakable:
            return 0
        if kind is Boundary.SENTENCE and self._sentence_is_enough():
            return self._seen
        if self._count == 0 and self._rules.first_clause and self._seen < self._rules.max_length:
            return self._seen if self._may_be_first(kind) else 0
        return self._best_place() if self._seen >= self._limit() else 0

    def _sentence_is_enough(self) -> bool:
        # The second Segment has little audio before it and never waits for another sentence.
        return self._count < 2 or self._seen >= self._rules.min_length

    def _may_be_first(self, kind: Boundary) -> bool:
        rules = self._rules
        match kind:
            case Boundary.CLAUSE:
                return _letters(self._text[: self._seen]) >= rules.first_min
            case Boundary.PHRASE_END:
                return self._seen > rules.first_soft
            case Boundary.WORD:
                return self._seen > rules.first_hard
            case Boundary.NO_PAUSE:
                # Twice the length at which any word ends it: a name, a number, capitals.
                return self._seen > 2 * rules.first_hard
            case _:
                return False

    def _limit(self) -> int:
        """Length from which a Segment after the first should end."""
        if self._count == 0:
            return self._rules.max_length
        grown = int(self._sent * self._rules.growth)
        return min(self._rules.max_length, max(grown, _MIN_LIMIT))

    def _best_place(self) -> int:
        """The best place in the second half, or anywhere once the text is twice as long."""
        half = self._limit() // 2
        for kind in _BEST_FIRST:
            if self._last[kind] >= half or (kind is Boundary.SENTENCE and self._last[kind]):
                return self._last[kind]
        if self._seen < min(2 * self._limit(), self._rules.max_length):
            return 0
        return max(self._last[kind] for kind in _BEST_FIRST) or self._last[Boundary.NO_PAUSE]

    def _must_break(self) -> bool:
        """Whether to cut a text without boundaries before the character at `_seen`: never within a
        grapheme cluster, unless that is as long as a message."""
        if self._seen < _MAX_UNBROKEN or not self._speakable:
            return False
        if self._seen >= MAX_TEXT:
            return True
        if self._seen - max(self._last[kind] for kind in _BOUNDARIES) < _MAX_UNBROKEN:
            return False
        return is_cluster_break(self._text[self._seen - 1], self._text[self._seen])

    def _cut(self, place: int) -> Segment:
        piece, self._text = self._text[:place], self._text[place:]
        language = language_of(piece) if self._detect_language else None
        segment = Segment(self._count, piece, language)
        self._count += 1
        self._sent += place
        self._restart()
        return segment

    def _drop(self) -> None:
        """Drop a long piece with nothing to say."""
        self._text = self._text[self._seen :]
        self._restart()


def _letters(text: str) -> int:
    return sum(char.isalpha() or extends_cluster(char) for char in text)
