"""Whether what an agent says has a source: a tool's result, its prompt, or the caller. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evals.speech.asks import claims
from evals.speech.prices import numbers, prices
from evals.speech.script import language_of
from evals.speech.sentences import sentences
from evals.speech.times import spoken, times
from evals.transcript import Transcript, Turn

from .finding import Finding


def sources(call: Transcript, names: Sequence[str]) -> Iterator[Finding]:
    """Every time, price and name that the agent says must come from somewhere.

    What it offers as free must come from a tool: its prompt knows no free time.

    Args:
        names: Regular expressions of names that need a source; see `CallerFile.names`.
    """
    known = [call.instructions]
    results: list[str] = []
    for turn in call.turns:
        known.append(turn.caller)
        results += [tool.output for tool in turn.tools]
        yield from _invented(turn, "\n".join(known + results), names)
        yield from _offered(turn, "\n".join(results))


def _invented(turn: Turn, source: str, names: Sequence[str]) -> Iterator[Finding]:
    for time in sorted(times(turn.reply) - times(source)):
        yield Finding("sources", f"the time {spoken(time)} has no source", turn.number)
    for price in sorted(prices(turn.reply) - numbers(source)):
        yield Finding("sources", f"the price {price} has no source", turn.number)
    if language_of(turn.reply) != "en":
        return  # Names are in Latin script in the sources.
    for pattern in names:
        for found in re.finditer(pattern, turn.reply):
            if found[1].casefold() not in source.casefold():
                yield Finding("sources", f"the name {found[1]!r} has no source", turn.number)


def _offered(turn: Turn, results: str) -> Iterator[Finding]:
    for sentence in sentences(turn.reply):
        if not claims("free", sentence) or claims("no", sentence):
            continue
        for time in sorted(times(sentence) - times(results)):
            yield Finding(
                "sources", f"{spoken(time)} is offered, and no tool found it", turn.number
            )
