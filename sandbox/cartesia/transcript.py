"""The text of one context on its way to the model. Pure.

    open --(continue: false)--> finished

Text waits for the end of its sentence, for a flush, or until the client's buffer delay is over,
whichever comes first: the provider waits until it has "enough context" (documented), and the end
of a sentence is taken for that here (inferred). With a delay of 0 nothing waits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCES = re.compile(r".*[.!?।॥…]+[\"'”’)\]]*(?=\s|$)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Say:
    """Speak this, after all that was asked for before in this context."""

    text: str
    flush_id: int
    """How many flushes came before it, from 1."""


@dataclass(frozen=True, slots=True)
class FlushDone:
    """All before one flush is spoken."""

    flush_id: int


@dataclass(frozen=True, slots=True)
class Finish:
    """The context is at its end."""


@dataclass(frozen=True, slots=True)
class Empty:
    """The context was ended without a single word."""


Action = Say | FlushDone | Finish | Empty


class Transcript:
    """What a client has sent for one context and the model has not yet taken."""

    def __init__(self) -> None:
        self._held = ""
        self._flush_id = 1
        # Whether any of it was spoken.
        self._spoken = False
        # No more input is taken.
        self.is_finished = False
        # When the text that waits is spoken at the latest; None if none waits.
        self.due_at: float | None = None

    def add(self, text: str, *, more: bool, flush: bool, delay: float, now: float) -> list[Action]:
        """Take a piece; what is to be done now, in order. Times are in seconds."""
        self._held += text
        actions: list[Action] = []
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

    def expire(self, now: float) -> list[Action]:
        """What has waited too long."""
        if self.due_at is None or now < self.due_at:
            return []
        return self._release(len(self._held))

    def _release(self, end: int) -> list[Action]:
        text, self._held = self._held[:end], self._held[end:]
        self.due_at = None
        if not any(map(str.isalnum, text)):
            return []
        self._spoken = True
        return [Say(text, self._flush_id)]
