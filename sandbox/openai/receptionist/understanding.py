"""What a caller's words mean: language, topics and slots. Pure, and cached by text."""

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

RECOGNISED_FROM = 2.0
"""Points from which a topic counts; a misspelt strong keyword has 2.1."""

URGENT = ("emergency", "injury")
TASKS = ("cancel", "move", "book")
QUESTIONS = ("hours", "doctors", "parking", "directions", "payment", "fees", "sick")
MANNERS = (
    "repeat", "slower", "language", "who", "human", "advice", "late", "wait", "help", "present",
    "unsure",
)  # fmt: skip
COURTESIES = ("goodbye", "thanks", "greeting", "no", "yes")
# Topics of an earlier group come first; within a group points decide. "पता नहीं" (I do not know)
# contains the word for an address, so `unsure` is in the group of the questions.
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
    """The spoken language; that of the conversation so far if it is unclear."""
    topics: tuple[str, ...] = ()
    """The topics, the most important first."""
    scores: Mapping[str, float] | None = None
    day: str | None = None
    clock: Clock | None = None
    """A time that was said as one."""
    usual_clock: bool = False
    """Whether only a part of the day was said, and `clock` is its usual time."""
    bare_clock: Clock | None = None
    """A number that is a time if a time was asked for."""
    part: str | None = None
    """The part of the day that was named."""
    name: str | None = None
    bare_name: str | None = None
    """The name if a name was asked for."""
    doctor: str | None = None
    injury: str | None = None
    serious: bool = False
    wants: str | None = None
    """The language that the caller named: one of `LANGUAGES`, or "other"."""

    @property
    def topic(self) -> str | None:
        """The most important topic."""
        return self.topics[0] if self.topics else None


@lru_cache(maxsize=2048)
def understand(text: str, so_far: Language) -> Understanding:
    """The meaning of `text` in a conversation whose language is `so_far`."""
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
        # A doctor's name alone is a question about the doctor.
        topics=_ranked(scores) or (("doctors",) if doctor and not name else ()),
        scores=scores,
        day=book.days.best(words),
        clock=time.clock if time and time.certain else None,
        usual_clock=time is not None and time.usual,
        bare_clock=time.clock if time else None,
        part=book.parts.best(words),
        name=name,
        bare_name=bare_name(text),
        doctor=doctor,
        injury=max(injuries, key=lambda kind: injuries[kind], default=None),
        serious=serious,
        wants=book.languages.best(words),
    )


def _ranked(scores: Mapping[str, float]) -> tuple[str, ...]:
    heard = [topic for topic, score in scores.items() if score >= RECOGNISED_FROM]
    return tuple(sorted(heard, key=lambda topic: (_GROUPS[topic], -scores[topic])))
