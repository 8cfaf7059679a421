"""Rules over each turn: one thing at a time, language, no repeats, no silence, speakable. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from evals.speech.asks import Asks
from evals.speech.script import language_of, letters
from evals.transcript import Transcript

from .finding import Finding

_FEWEST_LETTERS = 8
"""A shorter reply (`Dr. Rao?`) has no language."""
_UNSPEAKABLE = re.compile(
    r"\*\*|^\s*[-*•]\s|^\s*\d+[.)]\s|[#_`{}<>|\[\]]|https?://|www\.|[\u2600-\u27bf\U0001f000-\U0001faff]",
    re.MULTILINE,
)


def one_thing(call: Transcript, asks: Asks) -> Iterator[Finding]:
    """A reply asks for one fact at a time."""
    for turn in call.turns:
        asked = asks.facts_asked(turn.reply)
        if len(asked) > 1:
            yield Finding("one thing", f"asks for {' and '.join(sorted(asked))}", turn.number)


def language(call: Transcript) -> Iterator[Finding]:
    """A reply is in the language of the caller's last words.

    Latin letters of a caller who speaks Hindi are Hindi, or names and loan words in it.
    """
    for turn in call.turns[1:]:
        heard = language_of(turn.caller)
        wanted = heard if heard not in (None, "en") else turn.language.partition("-")[0]
        spoken = language_of(turn.reply)
        if letters(turn.reply).total() >= _FEWEST_LETTERS and spoken != wanted:
            yield Finding("language", f"answers {wanted} in {spoken}", turn.number)


def once(call: Transcript) -> Iterator[Finding]:
    """No tool runs twice in a turn with the same arguments."""
    for turn in call.turns:
        ran = Counter((tool.name, tool.arguments) for tool in turn.tools)
        for (name, arguments), count in ran.items():
            if count > 1:
                yield Finding("once", f"{name}({arguments}) ran {count} times", turn.number)


def replies(call: Transcript) -> Iterator[Finding]:
    """Every turn is answered with words."""
    for turn in call.turns:
        if turn.error:
            yield Finding("replies", turn.error, turn.number)
        elif not letters(turn.reply) and turn.number:
            yield Finding("replies", "no words", turn.number)


def speech(call: Transcript) -> Iterator[Finding]:
    """What is written is spoken: no lists, markup, links or emoji."""
    for turn in call.turns:
        if found := _UNSPEAKABLE.search(turn.reply):
            yield Finding("speech", f"{found[0].strip()!r} cannot be spoken", turn.number)
