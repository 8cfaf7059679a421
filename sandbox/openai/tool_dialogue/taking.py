"""What the caller's turn changes: values, and the answer to the open question. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from ..receptionist.opening import DAYS, Clock, date_of
from ..receptionist.rules import rules
from ..receptionist.understanding import COURTESIES, QUESTIONS, Understanding, understand
from ..receptionist.words import fold, folded
from .digits import PHONE_DIGITS, PINCODE_DIGITS, digits_in, without_country
from .names import answered_name
from .scan import Moment, spoken_date
from .state import Answer, State

_TIMES = frozenset({"day", "clock", "part"})
_QUESTION_FROM = 3.0
"""Points from which a topic within a task is a question, and not just a value."""
_SAID_FROM = 3.0
"""Points from which a courtesy was said, and is not only similar to what was said."""
_NUMBER = re.compile(r"(?:\+\s*91[\s-]*)?\d(?:[\s-]?\d){7,}")
_DICTATED = frozenset({"phone", "pincode"})
_NUMERALS = re.compile(r"[०-९௦-௯]")
# "from Monday to Tuesday": what comes last is the wish.
_FROM = re.compile(r"\bfrom\b.*?\b(?=to\b)", re.IGNORECASE)
_ORDINALS = (
    frozenset({"first", "earlier", "former", "पहला", "पहले", "पहली", "pehla", "pehle", "முதல்"}),
    frozenset({"second", "later", "latter", "दूसरा", "दूसरे", "दूसरी", "dusra", "dusre", "இரண்டாவது"}),
)  # fmt: skip
# "The other one" names no time.
_NO_HOUR = re.compile(
    r"\b(?:the|that|this|which|first|second|other|last|any|either|earlier|later) one\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.,;!?।]+")
_LOANS = frozenset({"please", "time", "thing"})
_GIVES_UP = frozenset(
    fold(words)
    for words in (
        "leave it", "forget it", "never mind", "रहने दो", "रहने दीजिए", "छोड़ दो", "छोड़ दीजिए",
        "rehne do", "rehne dijiye", "chhod do", "விட்டுடுங்க வேண்டாம்", "வேண்டாம் விடுங்க",
    )
)  # fmt: skip
# Topics of an utterance that may still be a bare name ("yes, Ravi"; "Rao" is also a doctor).
_BESIDE_A_NAME = frozenset({None, "yes", "greeting", "doctors"})


def take(state: State, text: str, now: datetime) -> State:
    """`state` after the caller's words."""
    text = _NUMERALS.sub(lambda digit: str(int(digit[0])), text)
    number = _NUMBER.search(text)
    heard = understand(_NO_HOUR.sub(" ", _NUMBER.sub(" ", text)), state.language)
    if number and not heard.text.strip():
        heard = replace(heard, language=state.language)
    heard = replace(heard, text=text)
    taken = replace(state, heard=heard, language=_language(state, heard), handled=False)
    figures = digits_in(number[0] if number else text)
    spelled = len(figures) >= PHONE_DIGITS or (
        state.asked in _DICTATED and (len(figures) > 1 or (figures and state.digits != ""))
    )
    if number or spelled:
        taken = _with_digits(taken, figures)
        heard = replace(heard, bare_clock=None, clock=heard.clock if number else None)
    if state.asked == "which":
        return _chosen_record(taken, heard, now)
    ordinal = _ordinal(heard, state.shown) if state.asked == "offer" else None
    if ordinal is not None:
        return _choose(taken, ordinal)
    changes = _changes(taken, heard, text, now)
    if state.task and heard.topic == "hours" and is_question(heard):
        # "Are you open on Sunday" does not move the appointment.
        changes = {key: value for key, value in changes.items() if key not in _TIMES}
    changed = {key: value for key, value in changes.items() if getattr(taken, key) != value}
    given = bool(changed) or taken.digits != state.digits or taken.phone != state.phone
    if given and not (set(changed) == {"doctor"} and heard.topic == "doctors" and not state.task):
        return replace(taken, **changed, confirmed=False, answer="given")
    if state.asked == "offer":
        return _to_an_offer(taken, heard)
    if state.asked == "confirm":
        return _to_a_confirmation(taken, heard)
    return replace(taken, answer=_yes_or_no(taken, heard))


def gives_it_up(heard: Understanding) -> bool:
    """Whether the caller wants nothing any more."""
    words = folded(heard.text)
    return not _GIVES_UP.isdisjoint(" ".join(pair) for pair in pairwise(words))


def is_question(heard: Understanding) -> bool:
    """Whether a turn asks something, and does not only answer."""
    scores = heard.scores or {}
    return heard.topic in QUESTIONS and scores.get(heard.topic, 0) >= _QUESTION_FROM


def _language(state: State, heard: Understanding) -> Any:
    """The requested language, else the spoken one; a "please" among names is no English."""
    if heard.topic == "language" and heard.wants not in (None, "other"):
        return heard.wants
    english = rules().language_words["en"] - _LOANS
    if heard.language == "en" and english.isdisjoint(folded(heard.text)):
        return state.language
    return heard.language


def _with_digits(state: State, figures: str) -> State:
    if state.asked == "pincode" or (len(figures) == PINCODE_DIGITS and state.asked != "phone"):
        digits = (state.digits + figures) if len(figures) < PINCODE_DIGITS else figures
        whole = len(digits) >= PINCODE_DIGITS
        pincode = digits[:PINCODE_DIGITS] if whole else state.pincode
        return replace(state, digits="" if whole else digits, pincode=pincode)
    figures = without_country(figures)
    digits = figures if len(figures) >= PHONE_DIGITS else state.digits + figures
    whole = len(digits) >= PHONE_DIGITS
    phone = digits[:PHONE_DIGITS] if whole else state.phone
    return replace(state, digits="" if whole else digits, phone=phone)


def _changes(state: State, heard: Understanding, text: str, now: datetime) -> dict[str, Any]:
    """The values in the caller's words, by their fields of the state."""
    wish = _FROM.sub(" ", text)
    if wish != text:
        heard = replace(understand(wish, state.language), topics=heard.topics)
    found: dict[str, Any] = {}
    day = spoken_date(wish, now)
    if day is None and heard.day in DAYS:
        day = date_of(heard.day, now).date()
    if day is not None:
        found["day"] = day
    # "Move it to six" says a time as well.
    bare = state.asked in ("time", "offer", "confirm") or heard.topic == "move"
    clock = heard.bare_clock if bare else heard.clock
    if clock is not None and not heard.usual_clock:
        found["clock"] = _as_offered(clock, state)
    elif heard.part is not None:
        found["part"] = heard.part
        if state.clock is not None and state.clock.part != heard.part:
            found["clock"] = None
    if heard.doctor:
        found["doctor"] = heard.doctor
    name = _name(state, heard)
    if name:
        found["name"] = name
        if not heard.name and found.get("doctor"):
            # Callers and doctors share surnames; this one is the caller's.
            del found["doctor"]
    return found


def _name(state: State, heard: Understanding) -> str | None:
    if heard.name:
        return heard.name
    if state.asked != "name" or "..." in heard.text:
        return None
    scores = heard.scores or {}
    # "Pillai" is nearly the Tamil "no".
    nearly = heard.topic in COURTESIES and scores.get(heard.topic, 0) < _SAID_FROM
    return answered_name(heard.text) if nearly or heard.topic in _BESIDE_A_NAME else None


def _as_offered(clock: Clock, state: State) -> Clock:
    """The time in the half of the day in which one was offered ("eight" may be 8 p.m.)."""
    other = Clock((clock.hour + 12) % 24, clock.minute)
    free = {moment.clock for moment in state.shown or state.free}
    return other if other in free and clock not in free else clock


def _to_an_offer(state: State, heard: Understanding) -> State:
    """After yes or "the second one" one of the times is chosen; after no they are refused."""
    answer = _yes_or_no(state, heard)
    chosen = None
    if "thanks" in heard.topics and answer == "no":
        return replace(state, answer="no", asked=None)
    if answer == "no" or heard.topic == "move":
        refused = state.refused | {(moment.day, moment.clock) for moment in state.shown}
        return replace(state, refused=refused, clock=None, answer="no")
    if chosen is None and state.shown and (answer == "yes" or heard.topic == "unsure"):
        chosen = state.shown[0]
    if chosen is None:
        return replace(state, answer="given" if _same_time(state, heard) else "unclear")
    return _choose(state, chosen)


def _choose(state: State, at: Moment) -> State:
    doctor = at.doctor or state.doctor
    return replace(state, day=at.day, clock=at.clock, doctor=doctor, answer="yes")


def _same_time(state: State, heard: Understanding) -> bool:
    """Whether the caller named the time that is already known."""
    return state.clock is not None and state.clock in (heard.clock, heard.bare_clock)


def _to_a_confirmation(state: State, heard: Understanding) -> State:
    """After yes the tool is called; after no the time is open again."""
    answer = _yes_or_no(state, heard)
    others = [record for record in state.records or () if record != state.record]
    if answer == "no" and state.task == "cancel" and others:
        found = (*others, *(state.records or ())[: -len(others)])
        return replace(state, record=None, records=found, answer="given")
    if answer == "yes" or (answer != "no" and heard.topic == state.task):
        return replace(state, confirmed=True, answer="yes")
    if "thanks" in heard.topics and answer == "no":
        return replace(state, answer="no", asked=None)
    if answer == "no" or heard.topic == "move":
        refused = state.refused
        if state.day and state.clock:
            refused |= {(state.day, state.clock)}
        return replace(state, refused=refused, clock=None, answer="no")
    return replace(state, answer=answer)


def _chosen_record(state: State, heard: Understanding, now: datetime) -> State:
    """The appointment that the caller means: by its day, time or doctor, by its place, or yes."""
    found = state.records or ()
    day = date_of(heard.day, now).date() if heard.day in DAYS else None
    clock = heard.clock or heard.bare_clock
    for record in found:
        at = record.moment
        by_time = at is not None and ((day and at.day == day) or (clock and at.clock == clock))
        if by_time or (heard.doctor and record.doctor == heard.doctor):
            return replace(state, record=record, answer="given")
    ordinal = _ordinal(heard, found)
    if ordinal is None and _yes_or_no(state, heard) == "yes" and found:
        ordinal = found[0]
    if ordinal is not None:
        return replace(state, record=ordinal, answer="yes")
    if _yes_or_no(state, heard) == "no" and found:
        return replace(state, records=(*found[1:], found[0]), answer="no")
    return replace(state, answer="unclear")


def _ordinal(heard: Understanding, of: tuple[Any, ...]) -> Any:
    words = set(folded(heard.text))
    for at, names in enumerate(_ORDINALS):
        if at < len(of) and not names.isdisjoint(words):
            return of[at]
    return None


def _yes_or_no(state: State, heard: Understanding) -> Answer:
    """By the last clause that says either: "I have no time, yes, that is right."."""
    if heard.topic == "unsure":
        return "unclear"
    for clause in reversed(_CLAUSE.split(heard.text)):
        topics = understand(clause, state.language).topics if clause.strip() else ()
        if "no" in topics:
            return "no"
        if "yes" in topics:
            return "yes"
    return "unclear"
