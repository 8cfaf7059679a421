"""The lists of data/answers.toml, as folded words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from .data import table
from .tokens import Token, tokens


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of a list in all languages."""
    return frozenset(
        token.text for words in table("answers")[name].values() for token in tokens(words)
    )


@cache
def refusals() -> tuple[tuple[str, ...], ...]:
    """The phrases of refusal, each as its words."""
    lines = (line for lines in table("answers")["refusals"].values() for line in lines.split("\n"))
    return tuple(tuple(token.text for token in tokens(line)) for line in lines if line.strip())


def is_filler(word: str) -> bool:
    """Whether a folded word means nothing to a form: "my", "number", "है"."""
    return word in word_list("fillers") or word in word_list("polite")


def has_correction(found: Sequence[Token]) -> bool:
    """Whether a transcript withdraws what was said before."""
    return any(token.text in word_list("corrections") for token in found)


def corrected(found: Sequence[Token]) -> list[Token]:
    """What counts of a transcript: after a word of correction ("98765, sorry, 98764") only what
    follows it."""
    words = word_list("corrections")
    last = max((at for at, token in enumerate(found) if token.text in words), default=-1)
    return list(found[last + 1 :])
