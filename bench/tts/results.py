"""What was measured: one reply, and one peer in one scenario. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.hearing.playback import Chunk, first_audible, holes, play
from bench.hearing.words import WordDiff, WordRecogniser, compare, words_of

from .drivers.messages import Delivery

RecogniserFor = Callable[[int], WordRecogniser]
"""The recogniser for a sample rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardReply:
    """A reply as the caller heard it. Times in seconds from the LLM's first token."""

    text: str
    first_audible: float | None
    """When the first audible sample plays; None if nothing is heard."""
    last_arrived: float
    """When the last audio arrived."""
    sounds: float
    """How long the reply is, silences included."""
    holes: tuple[float, ...]
    """Seconds of each silence between two sounds, for any reason."""
    late: tuple[float, ...]
    """Seconds of each pause, audible or not, because audio came too late."""
    ends_late: float
    """Seconds from the end of its last sample until the peer reported the reply as over."""
    word_diff: WordDiff
    failed: str
    """Why the peer gave it up; "silence" if the caller did."""

    @property
    def is_whole(self) -> bool:
        """Whether each word was heard once, complete and in order."""
        return self.word_diff.is_exact


def judge(delivery: Delivery, text: str, recogniser: RecogniserFor) -> HeardReply:
    """What a caller hears of a delivery whose text is `text`."""
    chunks = [Chunk(*chunk) for chunk in delivery.chunks]
    played = play(chunks, delivery.sample_rate)
    if played is None:
        return _silent(delivery, text)
    return HeardReply(
        text=text,
        first_audible=first_audible(played),
        last_arrived=chunks[-1].at,
        sounds=played.ends - played.begins,
        holes=tuple(holes(played)),
        late=played.late,
        ends_late=max(0.0, delivery.ended - played.ends),
        word_diff=compare(
            words_of(text), recogniser(delivery.sample_rate).recognise(played.samples)
        ),
        failed=delivery.failed,
    )


def _silent(delivery: Delivery, text: str) -> HeardReply:
    """No audio arrived."""
    return HeardReply(
        text=text,
        first_audible=None,
        last_arrived=delivery.ended,
        sounds=0.0,
        holes=(),
        late=(),
        ends_late=0.0,
        word_diff=compare(words_of(text), []),
        failed=delivery.failed or "silence",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One peer in one scenario."""

    replies: Sequence[HeardReply]
    requests: int
    """Texts that the provider was sent, interrupted ones included: what is billed."""
    connects: int
    configs: int
    peak: int
    """Most connections open at once."""

    @property
    def first_audible(self) -> list[float]:
        """Of every reply; infinite where nothing was heard, so that silence is not a fast reply."""
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
        """The longest pause caused by late audio, in seconds; 0 without any."""
        return max((pause for reply in self.replies for pause in reply.late), default=0.0)

    @property
    def whole(self) -> int:
        """Replies of which each word was heard once, complete and in order."""
        return sum(reply.is_whole for reply in self.replies)

    @property
    def failed(self) -> int:
        """Replies that were given up."""
        return sum(bool(reply.failed) for reply in self.replies)
