"""An ear that has been told what it will hear: for tests in any language. Pure but for its shape.

The n-th utterance of a stream (or of all streams together, see `Script`) is the n-th text,
whatever the sound said. Its words have times that share the utterance out by their length.
After the last text nothing is heard any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

from .endpointer import Began
from .transcript import Word

# Characters a second that interim results suppose; the final one knows the utterance's length.
_PACE = 14.0
_CONFIDENCE = 0.99


class Script:
    """Texts in the order in which they are said, and how far the telling has come."""

    def __init__(self, texts: Sequence[str], *, gap: float) -> None:
        """`gap` is in seconds: speech that resumes sooner goes on with the same text.

        So a pause between the sentences of one text does not use up the next one.
        """
        self._texts = tuple(texts)
        self._gap = gap
        self._next = 0
        self._ended_at = float("-inf")

    def begin(self, at: float) -> str:
        """The text of an utterance that begins at `at`; empty if it goes on with the last one."""
        if at - self._ended_at < self._gap or self._next >= len(self._texts):
            return ""
        self._next += 1
        return self._texts[self._next - 1]

    def end(self, at: float) -> None:
        """The utterance ended at `at`."""
        self._ended_at = at

    def take_back(self) -> None:
        """The text that was given out last was not said."""
        self._next -= 1


class ScriptedEar:
    """An `Ear` that follows a script."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._text = ""
        self._began_at = 0.0

    def begin(self, began: Began) -> None:
        """As `Ear.begin`."""
        self._text = self._script.begin(began.at)
        self._began_at = began.at

    def feed(self, pcm: bytes) -> None:
        """As `Ear.feed`: it does not listen."""

    def heard(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `Ear.heard`: the words that a usual pace has reached."""
        words = spread(self._text, self._began_at, self._began_at + len(self._text) / _PACE)
        return _ready(tuple(word for word in words if word.end <= at))

    def finish(self, at: float) -> Awaitable[tuple[Word, ...]]:
        """As `Ear.finish`."""
        text, self._text = self._text, ""
        self._script.end(at)
        return _ready(spread(text, self._began_at, at))

    def discard(self) -> None:
        """As `Ear.discard`: the next utterance is given the text."""
        if self._text:
            self._text = ""
            self._script.take_back()


def spread(text: str, start: float, end: float) -> tuple[Word, ...]:
    """The words of `text` from `start` to `end`, each as long as its share of the letters."""
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
