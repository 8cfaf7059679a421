"""A back-off language model (ARPA) from n-gram counts. Pure: counts in, text out.

The model is interpolated (Jelinek-Mercer): after a known history, `share` of the probability
follows the counts and the rest follows the shorter history,

    P(w | h) = share * count(h w) / count(h) + (1 - share) * P(w | h without its first word)

which ARPA's back-off form represents exactly: the sum is the probability of each known n-gram, and
1 - share is the history's back-off weight. So all probabilities after a history sum to 1. Below the
single words is a `background` of the language's common words, so that a sentence outside the domain
is not forced into the domain's words.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from .domain import START, Domain, NGram

_NEVER = -99.0
"""log10 of the probability 0, by the format's convention."""


def to_arpa(
    domain: Domain,
    *,
    share: float = 0.8,
    background: Mapping[str, float] | None = None,
    background_share: float = 0.0,
) -> str:
    """The model of `domain` as ARPA text.

    `background` maps words to probabilities of any scale; together they get `background_share` of
    the single words' probability.
    """
    if not 0 < share < 1 or not 0 <= background_share < 1:
        raise ValueError("shares lie between 0 and 1")
    levels = [_unigrams(domain, background or {}, background_share)]
    for size in range(2, domain.order + 1):
        levels.append(_interpolate(domain.counts, size, share, levels[-1]))
    return _write(levels, math.log10(1 - share))


def _unigrams(
    domain: Domain, background: Mapping[str, float], background_share: float
) -> dict[NGram, float]:
    counts = {gram: n for gram, n in domain.counts.items() if len(gram) == 1 and gram[0] != START}
    total = sum(counts.values())
    background_total = sum(background.values())
    kept = 1 - background_share if background_total else 1.0
    level: defaultdict[NGram, float] = defaultdict(
        float, {gram: kept * n / total for gram, n in counts.items()}
    )
    for word, weight in background.items():
        level[(word,)] += (1 - kept) * weight / background_total
    return dict(level)


def _interpolate(
    counts: Mapping[NGram, float], size: int, share: float, shorter: Mapping[NGram, float]
) -> dict[NGram, float]:
    """Probabilities of the known n-grams of `size` words."""
    seen = {gram: n for gram, n in counts.items() if len(gram) == size}
    after: defaultdict[NGram, float] = defaultdict(float)
    for gram, n in seen.items():
        after[gram[:-1]] += n
    return {
        gram: share * n / after[gram[:-1]] + (1 - share) * shorter[gram[1:]]
        for gram, n in seen.items()
    }


def _write(levels: list[dict[NGram, float]], backoff: float) -> str:
    # START is never predicted, but needs an entry for its back-off weight.
    levels = [{(START,): 0.0, **levels[0]}, *levels[1:]]
    lines = ["\\data\\"]
    lines += [f"ngram {size}={len(level)}" for size, level in enumerate(levels, start=1)]
    for size, level in enumerate(levels, start=1):
        histories = {gram[:-1] for gram in levels[size]} if size < len(levels) else set()
        lines += ["", f"\\{size}-grams:"]
        for gram, probability in sorted(level.items()):
            logarithm = math.log10(probability) if probability else _NEVER
            weight = f"\t{backoff:.4f}" if gram in histories else ""
            lines.append(f"{logarithm:.4f}\t{' '.join(gram)}{weight}")
    return "\n".join([*lines, "", "\\end\\", ""])
