"""What a caller's words mean: language, topics and slots. Pure, and remembered by text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .language import in_other_script, language_of
from .names import bare_name, introduced_name
from .opening import Clock
from .rules import Language, rules
from .spoken_time import parse_time
from .words import folded

HEARD_FROM = 2.0
"""Points from which a topic counts as heard; misspelt strong cues (2.1) do."""

URGENT = ("emergency", "injury")
TASKS = ("cancel", "move", "book")
QUESTIONS = ("hours", "doctors", "parking", "directions", "payment", "fees", "sick")
MANNERS = (
    "repeat", "slower", "language", "who", "human", "advice", "late", "wait", "help", "present",
    "unsure",
)  # fmt: skip
COURTESIES = ("goodbye", "thanks", "greeting", "no", "yes")
# A topic of an earlier group goes before any of a later one; within a group they are weighed.
# "पता नहीं" (I do not know) has the word for an address in it, hence `unsure` among the questions.
_GROUPS: Mapping[str, int] = {
    topic: group
    for group, topics in enumerate((URGENT, (*TASKS, *QUESTIONS, "unsure"), MANNERS, COURTESIES))
    for topic in topics
    if topic != "unsure" or group == 1
}


@dataclass(frozen=True, slots=True)
class Understanding:
    """One utterance, understood as well as rules can."""

    text: str
    language: Language
    """Spoken language, or that of the conversation so far if the words do not show one."""
    topics: tuple[str, ...] = ()
    """Topics heard, the most important first."""
    scores: Mapping[str, float] | None = None
    day: str | None = None
    clock: Clock | None = None
    """A time that was said as one."""
    bare_clock: Clock | None = None
    """A number that is a time if one was asked for."""
    name: str | None = None
    bare_name: str | None = None
    """What is the name if one was asked for."""
    doctor: str | None = None
    injury: str | None = None
    serious: bool = False
    wants: str | None = None
    """The language that the caller named: one of ours, or "other"."""

    @property
    def topic(self) -> str | None:
        """The most important topic."""
        return self.topics[0] if self.topics else None


@lru_cache(maxsize=2048)
def understand(text: str, so_far: Language) -> Understanding:
    """The meaning of `text` in a conversation that was held in the language `so_far`."""
    if in_other_script(text):
        return Understanding(text, so_far, topics=("language",), wants="other")
    book = rules()
    words = folded(text)
    language = language_of(text, words) or so_far
    scores = book.topics.scores(words)
    injuries = book.injuries.scores(words)
    serious = injuries.pop("serious", None) is not None
    time = parse_time(words, language)
    name = introduced_name(text)
    # Callers and doctors share surnames.
    named = folded(name or "")
    doctor = book.doctors.best(tuple(word for word in words if word not in named))
    return Understanding(
        text=text,
        language=language,
        # A doctor's name alone asks about the doctor.
        topics=_ranked(scores) or (("doctors",) if doctor and not name else ()),
        scores=scores,
        day=book.days.best(words),
        clock=time.clock if time and time.certain else None,
        bare_clock=time.clock if time else None,
        name=name,
        bare_name=bare_name(text),
        doctor=doctor,
        injury=max(injuries, key=lambda kind: injuries[kind], default=None),
        serious=serious,
        wants=book.languages.best(words),
    )


def _ranked(scores: Mapping[str, float]) -> tuple[str, ...]:
    heard = [topic for topic, score in scores.items() if score >= HEARD_FROM]
    return tuple(sorted(heard, key=lambda topic: (_GROUPS[topic], -scores[topic])))
