"""Whether a call was good, and if not, what was wrong. Pure.

Every answer must come, its words must be those that the language model wrote (the last one may be
a stock phrase: the goodbye), and its sound must be those words. The last two are compared with the
stand-ins' logs; real providers have none, and `Evidence` then has None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .script import Script
from .turns import CallResult, Turn
from .words import covered, difference, find, likeness, spelt, words

HEARD_AT_LEAST = 0.4
"""Share of a line's words, in order, that the agent's STT must have; below it, it was noise."""
SOUND_RATIO = 0.9, 1.15
SOUND_SLACK = 0.2
"""How long the agent may sound, as a ratio of what the voice needs for the words, and with this
many seconds more or less. Good answers are at 1.00 to 1.06 (measured): pieces of an answer end
more slowly than its middle, and the room adds 0.1 s."""
RECOGNISED_AT_LEAST = 0.35
"""Share of the words that a recogniser must find in the agent's sound. It finds 0.7 to 1 of them
with the default voice, and at most 0.3 of another answer's (measured)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a call."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the stand-ins logged about a call; None for a real provider."""

    # The texts of the language model, one for each reply, in order.
    written: tuple[str, ...] | None = None
    # The stock phrases, of which one may end the call.
    stock: tuple[str, ...] = ()
    # The texts that were synthesised, now or for the stored phrases, one for each request.
    synthesised: tuple[str, ...] | None = None
    # Turn number -> seconds of sound that the voice makes of the agent's words.
    needed_seconds: Mapping[int, float] | None = None
    # Turn number -> what a recogniser found in the agent's sound.
    recognised: Mapping[int, str] | None = None


def check(script: Script, result: CallResult, evidence: Evidence) -> list[Problem]:
    """All problems of a call, in the order in which they happened; empty for a good call."""
    problems = list(_check_greeting(result))
    for turn in result.turns:
        where = f"turn {turn.number}"
        problems += [Problem(where, what) for what in _check_turn(script, turn, evidence)]
    if result.given_up:
        problems.append(Problem("the call", result.given_up))
    elif len(result.turns) < len(script.lines):
        problems.append(Problem("the call", "it ended before the script did"))
    return problems


def _check_greeting(result: CallResult) -> Iterator[Problem]:
    if result.greeting.first_sound is None:
        yield Problem("greeting", "the agent made no sound before the caller spoke")
    elif not words(result.greeting.words):
        yield Problem("greeting", "the agent was heard, but published no words")


def _check_turn(script: Script, turn: Turn, evidence: Evidence) -> Iterator[str]:
    yield from _check_heard(turn)
    if turn.delay is None:
        silent = " although it published words" if words(turn.words) else ""
        yield f"the agent did not answer: no sound within {script.answer_within:g} s{silent}"
        return
    if turn.delay > script.answer_within:
        yield f"the answer came after {turn.delay:.2f} s; the limit is {script.answer_within:g} s"
    said = words(turn.words)
    if not said:
        yield "the agent was heard, but published no words"
        return
    yield from _check_expected(turn, said)
    if evidence.written is not None:
        goodbyes = evidence.stock if turn.number == len(script.lines) else ()
        yield from _check_written(turn, said, evidence.written, goodbyes)
    if evidence.synthesised is not None:
        yield from _check_synthesised(turn, said, evidence.synthesised)
    yield from _check_audible(turn, said, evidence)


def _check_heard(turn: Turn) -> Iterator[str]:
    heard = words(turn.heard)
    if not heard:
        yield "the agent did not hear the caller: speech recognition returned no words"
    elif likeness(words(turn.line.text), heard) < HEARD_AT_LEAST:
        yield f"the agent heard “{turn.heard}” where the caller said “{turn.line.text}”"


def _check_expected(turn: Turn, said: Sequence[str]) -> Iterator[str]:
    expected = turn.line.expect
    if expected and not turn.cut_off and all(find(words(one), said) is None for one in expected):
        yield f"the answer has none of the expected words: {', '.join(expected)}"


def _check_written(
    turn: Turn, said: Sequence[str], replies: Sequence[str], goodbyes: Sequence[str]
) -> Iterator[str]:
    """The words must be a reply of the language model, or several around tool calls, or a goodbye.

    For an answer that was cut off they must be its beginning.
    """
    texts = [words(reply) for reply in replies]
    known = [*texts, *map(words, goodbyes)]
    if covered(said, known, cut_off=turn.cut_off) == len(said):
        return
    if not any(texts):
        yield "the agent spoke, but the language model wrote nothing"
        return
    closest = max(texts, key=lambda text: likeness(text, said))
    yield f"the agent did not say what its model wrote: {difference(closest, said)}"


def _check_synthesised(turn: Turn, said: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """The texts that were synthesised must make up the answer, word by word.

    Their order and repetitions do not matter: pieces of an answer are synthesised in parallel, and
    a slow one is requested again.
    """
    reached = covered(said, [words(text) for text in texts], cut_off=turn.cut_off)
    if reached < len(said):
        yield f"no TTS was asked to speak “{' '.join(said[reached : reached + 6])}”"


def _check_audible(turn: Turn, said: Sequence[str], evidence: Evidence) -> Iterator[str]:
    if turn.cut_off:
        return
    needed = (evidence.needed_seconds or {}).get(turn.number)
    shortest, longest = SOUND_RATIO
    if needed and not (
        shortest * needed - SOUND_SLACK <= turn.seconds <= longest * needed + SOUND_SLACK
    ):
        yield (
            f"the answer sounded for {turn.seconds:.1f} s, but its words take {needed:.1f} s: "
            f"{'some were lost' if turn.seconds < needed else 'some came twice'}"
        )
    recognised = (evidence.recognised or {}).get(turn.number)
    if recognised is not None and likeness(spelt(said), words(recognised)) < RECOGNISED_AT_LEAST:
        yield f"the sound is not that of the answer: a recogniser heard “{recognised}”"
