"""What was measured: one reply, and one peer in one situation. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .driver.messages import Said
from .listening import Chunk, first_audible, holes, play
from .wording import Ear, Wording, compare, words_of

Hear = Callable[[int], Ear]
"""The ear for a sample rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply as the caller heard it. Times in seconds from the LLM's first token."""

    text: str
    first_audible: float | None
    """When the first audible sample plays; None if nothing is heard."""
    last_arrived: float
    """When the last audio arrived."""
    sounds: float
    """How long the reply is, silences included."""
    holes: tuple[float, ...]
    """Seconds of each silence between two sounds, for whatever reason."""
    late: tuple[float, ...]
    """Seconds of each pause, audible or not, because audio came too late."""
    ends_late: float
    """How long after its last sample had played the peer said that the reply is over."""
    wording: Wording
    failed: str
    """Why the peer gave it up, or "silence" if the caller did."""

    @property
    def is_whole(self) -> bool:
        """Whether each word was heard once, whole and in order."""
        return self.wording.is_exact


def judge(said: Said, text: str, ear: Hear) -> Reply:
    """What a caller hears of `said`, which was to be `text`."""
    chunks = [Chunk(*chunk) for chunk in said.chunks]
    played = play(chunks, said.sample_rate)
    if played is None:
        return _silent(said, text)
    return Reply(
        text=text,
        first_audible=first_audible(played),
        last_arrived=chunks[-1].at,
        sounds=played.ends - played.begins,
        holes=tuple(holes(played)),
        late=played.late,
        ends_late=max(0.0, said.ended - played.ends),
        wording=compare(words_of(text), ear(said.sample_rate).hear(played.samples)),
        failed=said.failed,
    )


def _silent(said: Said, text: str) -> Reply:
    """Nothing came."""
    return Reply(
        text=text,
        first_audible=None,
        last_arrived=said.ended,
        sounds=0.0,
        holes=(),
        late=(),
        ends_late=0.0,
        wording=compare(words_of(text), []),
        failed=said.failed or "silence",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One peer in one situation."""

    replies: Sequence[Reply]
    requests: int
    """Texts that the provider was asked for, barged-in ones too: what is billed."""
    connects: int
    configs: int
    peak: int
    """Most connections open at once."""

    @property
    def first_audible(self) -> list[float]:
        """Of every reply; infinite where nothing was heard, so that silence is no fast reply."""
        return [
            math.inf if reply.first_audible is None else reply.first_audible
            for reply in self.replies
        ]

    @property
    def longest_hole(self) -> float:
        """Seconds; 0 without any."""
        return max((hole for reply in self.replies for hole in reply.holes), default=0.0)

    @property
    def latest(self) -> float:
        """The longest pause because of late audio, in seconds; 0 without any."""
        return max((pause for reply in self.replies for pause in reply.late), default=0.0)

    @property
    def whole(self) -> int:
        """Replies of which each word was heard once, whole and in order."""
        return sum(reply.is_whole for reply in self.replies)

    @property
    def failed(self) -> int:
        """Replies that were given up."""
        return sum(bool(reply.failed) for reply in self.replies)
