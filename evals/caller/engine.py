"""A simulated caller by rules: what she says next, or that she hangs up. Pure.

She understands by keywords which thing she is asked (`evals/speech/asks.toml`), and answers it with
what her file says. The same seed makes the same call if the agent says the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from evals.callers.personas import ByLanguage, Persona, Usual, usual
from evals.callers.schema import Caller, Change
from evals.speech.asks import Asks, Understood
from evals.speech.times import spoken, times

Reason = Literal["done", "not understood", "too many turns"]
PATIENCE = 3
"""How often in a row she repeats herself before she gives up."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of the agent's turn."""

    words: str
    """All that it said, fillers included."""
    tools: frozenset[str] = frozenset()
    """Names of the tools that succeeded in it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What she says."""

    text: str
    language: str
    """In which she speaks, with its region."""
    interrupts: bool = False
    """Whether she does not wait for the agent's last word."""
    is_goodbye: bool = False
    """Whether the agent may end the call after it."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """She ends the call."""

    reason: Reason


class SimulatedCaller:
    """One caller in one call.

    Args:
        turns: Most lines of hers.
        seed: For what her persona draws.
    """

    def __init__(
        self, caller: Caller, persona: Persona, asks: Asks, *, turns: int = 16, seed: int = 0
    ) -> None:
        self._caller = caller
        self._persona = persona
        self._asks = asks
        self._random = random.Random(f"{caller.id}/{seed}")
        self._language = caller.language
        self._left = turns
        self._says: dict[str, tuple[str, ...]] = dict(caller.says)
        self._asked: dict[str, int] = {}
        self._opens = iter(caller.opens)
        self._also = list(caller.also)
        self._changes = list(caller.changes)
        self._instead = iter(self._drawn_instead())
        self._closes: Iterator[str] | None = None
        self._tools: set[str] = set()
        self._done = False
        self._has_objected = False
        self._repeats = 0
        self._last = ""

    def next(self, heard: Heard) -> Line | HangUp:
        """Her answer to the agent's turn; the first turn is the greeting."""
        if self._left <= 0:
            return HangUp("too many turns")
        self._left -= 1
        self._tools |= heard.tools
        understood = self._asks.understand(heard.words)
        self._done = self._done or understood.claims_done
        if self._closes is not None:
            return self._close()
        if not self._last and (opening := next(self._opens, None)):
            return self._say(opening)
        return self._answer(understood, heard.words)

    def _answer(self, understood: Understood, words: str) -> Line | HangUp:
        asks = understood.asks
        if change := self._change(asks):
            self._says |= change.then
            self._language = change.language or self._language
            return self._say(change.says)
        facts = [ask for ask in asks if ask not in ("again", "more", "bye")]
        if "confirm" in facts and (objection := self._objection(words)):
            return self._say(objection)
        if facts:
            return self._say_facts(facts, understood)
        # Whom the agent has called may not have wanted anything.
        if "bye" in asks and not self._caller.opens:
            return self._close()
        if "again" in asks:
            return self._repeat()
        if self._also:
            return self._say(self._also.pop(0))
        if self._reached:
            return self._close(self._one("more") if "more" in asks else None)
        if "bye" in asks:
            return HangUp("not understood")
        return self._repeat(nudge=True)

    def _say_facts(self, facts: list[str], understood: Understood) -> Line | HangUp:
        if set(facts) & self._asks.facts and (aside := next(self._instead, None)):
            return self._say(aside)
        answers = [self._fact(ask, understood) for ask in facts]
        # Asked for the same thing again and again, she has not been understood.
        if max(self._asked[ask] for ask in facts) > 2 * PATIENCE:
            return HangUp("not understood")
        self._repeats = 0
        return self._say(self._mannered(" ".join(dict.fromkeys(answers))))

    def _fact(self, ask: str, understood: Understood) -> str:
        turn = self._asked.get(ask, 0)
        self._asked[ask] = turn + 1
        if ask in ("time", "offer") and understood.offered:
            return self._time(turn, understood.offered)
        return self._saying(ask, turn)

    def _time(self, turn: int, offered: tuple[int, ...]) -> str:
        """Her time if it is offered, else the one that she picks."""
        wanted = {time for text in self._says.get("time", ()) for time in times(text)}
        if wanted & set(offered) or not self._caller.picks:
            if len(offered) == 1 and (not wanted or offered[0] in wanted):
                return self._one("agree")
            return self._saying("time", turn)
        picks = self._caller.picks
        if picks in ("first", "last"):
            picked = offered[0 if picks == "first" else -1]
        else:
            hours, _, minutes = picks.partition(":")
            picked = (int(hours) % 12) * 60 + int(minutes)
        return self._one("pick").format(time=spoken(picked))

    def _objection(self, words: str) -> str | None:
        """What she says to a confirmation of a time that is not hers; once, for she may give in."""
        wanted = {time for text in self._says.get("time", ()) for time in times(text)}
        named = times(words)
        if self._has_objected or self._caller.picks or not wanted or not named or wanted & named:
            return None
        self._has_objected = True
        own = [self._says[ask][0] for ask in ("day", "time") if ask in self._says]
        return self._usual.objects[0].format(text=", ".join(own))

    def _saying(self, ask: str, turn: int) -> str:
        texts = self._says.get(ask)
        if texts is None:
            known: Mapping[str, tuple[str, ...]] = {"confirm": self._usual.confirm}
            texts = known.get(ask, self._usual.unknown)
        return texts[min(turn, len(texts) - 1)]

    def _change(self, asks: tuple[str, ...]) -> Change | None:
        """The first change of mind for what is asked; it happens once."""
        for change in self._changes:
            if change.at in asks:
                self._changes.remove(change)
                return change
        return None

    @property
    def _usual(self) -> Usual:
        return usual(self._language)

    @property
    def _short(self) -> str:
        return self._language.partition("-")[0]

    @property
    def _reached(self) -> bool:
        """Whether she has what she called for, as far as she can know."""
        expected = self._caller.expect
        ran = self._tools >= set(expected.calls)
        return self._done or (ran and bool(expected.calls or not expected.rows))

    def _repeat(self, *, nudge: bool = False) -> Line | HangUp:
        self._repeats += 1
        if self._repeats > PATIENCE:
            return HangUp("not understood")
        if again := next(self._opens, None):
            return self._say(again)
        return self._say(self._one("nudge") if nudge else self._last)

    def _close(self, first: str | None = None) -> Line | HangUp:
        if self._closes is None:
            own = self._persona.closes.get(self._short)
            self._closes = iter(own or ((first,) if first else self._usual.closes))
        goodbye = next(self._closes, None)
        if goodbye is None:
            return HangUp("done")
        return replace(self._say(goodbye), is_goodbye=True)

    def _say(self, text: str) -> Line:
        self._last = text
        return Line(text, self._language, interrupts=self._persona.interrupts)

    def _one(self, kind: Literal["more", "pick", "agree", "nudge"]) -> str:
        texts: tuple[str, ...] = getattr(self._usual, kind)
        return self._says.get(kind, texts)[0] if kind == "more" else self._random.choice(texts)

    def _mannered(self, text: str) -> str:
        """The answer, with what her persona says before or after it."""
        for texts, put in (
            (self._persona.before, "{said} {text}"),
            (self._persona.after, "{text} {said}"),
        ):
            spoken_by_her = texts.get(self._short)
            if spoken_by_her and self._random.random() < self._persona.chance:
                text = put.format(said=self._random.choice(spoken_by_her), text=text)
        return text

    def _drawn_instead(self) -> list[str]:
        texts: ByLanguage = self._persona.instead
        known = list(texts.get(self._short, ()))
        self._random.shuffle(known)
        return known[: self._persona.times]
