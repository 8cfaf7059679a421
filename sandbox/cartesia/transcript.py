"""The text of one context before it is spoken. Pure.

    open --(continue: false)--> finished

Text waits for the end of its sentence, for a flush, or for the client's buffer delay, whichever
comes first: the provider waits until it has "enough context" (documented), for which the end of a
sentence stands here (inferred). With a delay of 0 nothing waits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCES = re.compile(r".*[.!?।॥…]+[\"'”’)\]]*(?=\s|$)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Say:
    """Speak this text, after all earlier text of the context."""

    text: str
    flush_id: int
    """Number of the flush that it belongs to, from 1."""


@dataclass(frozen=True, slots=True)
class FlushDone:
    """All text before one flush is spoken."""

    flush_id: int


@dataclass(frozen=True, slots=True)
class Finish:
    """The context has ended."""


@dataclass(frozen=True, slots=True)
class Empty:
    """The context ended without a word."""


ContextAction = Say | FlushDone | Finish | Empty


class Transcript:
    """The text of one context that waits, and when it is spoken."""

    def __init__(self) -> None:
        self._held = ""
        self._flush_id = 1
        # Whether any of it was spoken.
        self._spoken = False
        # Whether more text is refused.
        self.is_finished = False
        # When the waiting text is spoken at the latest; None if none waits.
        self.due_at: float | None = None

    def add(
        self, text: str, *, more: bool, flush: bool, delay: float, now: float
    ) -> list[ContextAction]:
        """Add a piece of text; returns what to do now, in order. Times are in seconds."""
        self._held += text
        actions: list[ContextAction] = []
        if flush or not more or delay == 0:
            actions += self._release(len(self._held))
        else:
            complete = _SENTENCES.match(self._held)
            if complete:
                actions += self._release(complete.end())
            if self._held and self.due_at is None:
                self.due_at = now + delay
        if flush:
            actions.append(FlushDone(self._flush_id))
            self._flush_id += 1
        if not more:
            self.is_finished = True
            actions.append(Finish() if self._spoken else Empty())
        return actions

    def expire(self, now: float) -> list[ContextAction]:
        """What to do about text that has waited for its delay."""
        if self.due_at is None or now < self.due_at:
            return []
        return self._release(len(self._held))

    def _release(self, end: int) -> list[ContextAction]:
        text, self._held = self._held[:end], self._held[end:]
        self.due_at = None
        if not any(map(str.isalnum, text)):
            return []
        self._spoken = True
        return [Say(text, self._flush_id)]
