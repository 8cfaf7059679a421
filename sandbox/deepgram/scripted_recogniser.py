"""A recogniser that follows a script instead of the sound: for tests in any language.

The n-th utterance of a stream (or of all streams together, see `Script`) is the n-th text, whatever
is said. Its words share the utterance's time by their length. After the last text nothing is
recognised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

from .endpointer import Began
from .transcript import Word

# Characters a second that interim results assume; the final one knows the utterance's length.
_PACE = 14.0
_CONFIDENCE = 0.99


class Script:
    """Texts in the order in which they are said, and which one is next."""

    def __init__(self, texts: Sequence[str], *, gap: float) -> None:
        """Speech that resumes within `gap` seconds continues the same text.

        So a pause between the sentences of one text does not use up the next one.
        """
        self._texts = tuple(texts)
        self._gap = gap
        self._next = 0
        self._ended_at = float("-inf")

    def continues_as(self, texts: Sequence[str]) -> bool:
        """Take these texts if they are the known ones and more; False if they are not."""
        known = len(self._texts)
        if len(texts) <= known or tuple(texts[:known]) != self._texts:
            return False
        self._texts = tuple(texts)
        return True

    def begin(self, at: float) -> str:
        """The text of an utterance that begins at `at`; empty if it continues the last one."""
        # An earlier time is that of a new stream, which continues a shared script.
        resumes = 0 <= at - self._ended_at < self._gap
        if resumes or self._next >= len(self._texts):
            return ""
        self._next += 1
        return self._texts[self._next - 1]

    def end(self, at: float) -> None:
        """Note that the utterance ended at `at`."""
        self._ended_at = at

    def take_back(self) -> None:
        """Make the last text the next one again."""
        self._next -= 1


class ScriptedRecogniser:
    """A `StreamRecogniser` that follows a script."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._text = ""
        self._began_at = 0.0

    def begin(self, began: Began) -> None:
        """As `StreamRecogniser.begin`."""
        self._text = self._script.begin(began.at)
        self._began_at = began.at

    def feed(self, pcm: bytes) -> None:
        """As `StreamRecogniser.feed`; the sound is ignored."""

    def partial(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `StreamRecogniser.partial`: the words that a usual pace has reached."""
        words = spread(self._text, self._began_at, self._began_at + len(self._text) / _PACE)
        return _ready(tuple(word for word in words if word.end <= at))

    def finish(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `StreamRecogniser.finish`."""
        text, self._text = self._text, ""
        self._script.end(at)
        return _ready(spread(text, self._began_at, at))

    def discard(self) -> None:
        """As `StreamRecogniser.discard`; the next utterance gets its text."""
        if self._text:
            self._text = ""
            self._script.take_back()


def spread(text: str, start: float, end: float) -> tuple[Word, ...]:
    """The words of `text` from `start` to `end`, timed by their share of the letters."""
    written = text.split()
    share = (end - start) / max(sum(map(len, written)), 1)
    words: list[Word] = []
    at = start
    for word in written:
        then = at + share * len(word)
        words.append(Word(written=word, start=at, end=then, confidence=_CONFIDENCE))
        at = then
    return tuple(words)


def _ready(words: tuple[Word, ...]) -> Awaitable[tuple[Word, ...]]:
    future: asyncio.Future[tuple[Word, ...]] = asyncio.get_running_loop().create_future()
    future.set_result(words)
    return future
