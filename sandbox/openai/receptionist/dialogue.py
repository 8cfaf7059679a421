"""One turn of the caller: from the state and the caller's words to the next state and what to say.

Pure. In this order: emergencies; the answer to an open question; a new task; questions, after which
the open question is repeated; manners and courtesies; not understood.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from . import booking
from .opening import Clock, closes_at, is_sunday, nearest_open
from .rules import LANGUAGES, Language
from .state import Act, State, Step, Task
from .understanding import COURTESIES, MANNERS, QUESTIONS, TASKS, URGENT, Understanding

_ALSO_FROM = 3.0
"""Points from which a second question in one turn is also answered."""
_MOST_ANSWERS = 2
# After these an open question is not repeated; a repetition contains it.
_ENDS_THE_REPLY = frozenset({"goodbye", "wait", "thanks", "repeat", "slower"})


def step(state: State, heard: Understanding, now: datetime) -> Step:
    """The next step of the dialogue."""
    state = replace(state, language=_language(heard))
    return (
        _urgent(state, heard)
        or _open_question(state, heard, now)
        or _new_task(state, heard, now)
        or _questions(state, heard, now)
        or _manners(state, heard)
        or Step(state, (Act("unknown.pending" if state.task else "unknown"), *booking.again(state)))
    )


def _language(heard: Understanding) -> Language:
    """The requested language, else the spoken one."""
    if heard.topic == "language":
        return next((known for known in LANGUAGES if known == heard.wants), heard.language)
    return heard.language


def _urgent(state: State, heard: Understanding) -> Step | None:
    kind_asked = state.asked == "injury" and (heard.injury or heard.serious)
    if heard.topic not in URGENT and not kind_asked:
        return None
    calm = replace(state, task=None, asked=None, injury=heard.injury or state.injury)
    if heard.topic == "emergency" or heard.serious:
        return Step(calm, (Act("emergency"),), ("emergency",))
    if calm.injury is None:
        return Step(replace(calm, asked="injury"), (Act("injury.unknown"),), ("injury",))
    if calm.injury == state.injury:
        return Step(calm, (Act("injury.come"),), ("injury",))
    return Step(calm, (Act(f"injury.{calm.injury}"), Act("injury.come")), ("injury",))


def _open_question(state: State, heard: Understanding, now: datetime) -> Step | None:
    if state.asked == "book":
        if heard.topic == "yes" or (heard.topic is None and (heard.day or heard.clock)):
            return replace(booking.begin(state, "book", heard, now), topics=("book",))
        if heard.topic == "no":
            return Step(replace(state, asked="more"), (Act("anything_else"),))
    if state.asked == "more" and heard.topic in ("thanks", "no") and "no" in heard.topics:
        return Step(replace(state, asked=None), (Act("goodbye"),))
    if state.task is None or _is_question(heard):
        return None
    if heard.topic == "cancel" and state.task != "cancel":
        return booking.dropped(state)
    if heard.topic in TASKS and heard.topic != state.task:
        return None
    answer = booking.answered(state, state.task, heard, now)
    return replace(answer, topics=(state.task,)) if answer else None


def _is_question(heard: Understanding) -> bool:
    """Whether the turn is a question, and not just a slot ("what are the fees on sunday")."""
    scores = heard.scores or {}
    return heard.topic in QUESTIONS and scores.get(heard.topic, 0) >= _ALSO_FROM


def _new_task(state: State, heard: Understanding, now: datetime) -> Step | None:
    if heard.topic not in TASKS:
        return None
    task = cast("Task", heard.topic)
    if task == state.task:
        return Step(state, booking.again(state), (task,))
    begun = booking.begin(state, task, heard, now)
    asides = _answers(heard, now)
    acts = (*(act for _, acts in asides for act in acts), *begun.acts)
    return replace(begun, acts=acts, topics=(*(topic for topic, _ in asides), task))


def _questions(state: State, heard: Understanding, now: datetime) -> Step | None:
    answers = _answers(heard, now)
    if not answers:
        return None
    acts = tuple(act for _, acts in answers for act in acts)
    topics = tuple(topic for topic, _ in answers)
    if state.task:
        return Step(state, (*acts, *booking.again(state)), topics)
    doctor = heard.doctor or state.doctor
    if topics[-1] not in ("sick", "doctors"):
        return Step(replace(state, asked=None, doctor=doctor), acts, topics)
    offered = replace(state, asked="book", doctor=doctor)
    return Step(offered, (*acts, Act("ask.book")), topics)


def _answers(heard: Understanding, now: datetime) -> tuple[tuple[str, tuple[Act, ...]], ...]:
    scores = heard.scores or {}
    asked = [
        topic
        for topic in heard.topics
        if topic in QUESTIONS and (topic == heard.topic or scores[topic] >= _ALSO_FROM)
    ]
    return tuple((topic, (_answer(topic, heard, now),)) for topic in asked[:_MOST_ANSWERS])


def _answer(topic: str, heard: Understanding, now: datetime) -> Act:
    if topic == "hours":
        return _hours(heard, now)
    if topic == "doctors":
        return Act(f"doctors.{heard.doctor or 'all'}")
    return Act(topic)


def _hours(heard: Understanding, now: datetime) -> Act:
    day = heard.day
    if day == "holiday":
        return Act("hours.holiday")
    if day is None:
        return Act("hours")
    if day == "now":
        clock = Clock(now.hour, now.minute)
        until = closes_at("now", clock, now)
        if until:
            return Act("hours.open_now", {"until": until})
        opens = nearest_open("now", clock, now)
        return Act("hours.closed_now", {"until": opens}) if opens > clock else Act("hours.closed")
    return Act("hours.sunday" if is_sunday(day, now) else "hours.day", {"day": day})


def _manners(state: State, heard: Understanding) -> Step | None:
    topic = heard.topic
    if topic is None or topic not in MANNERS + COURTESIES:
        return None
    key = _key(topic, state, heard)
    keeps = booking.again(state) if key not in _ENDS_THE_REPLY else ()
    return Step(state, (Act(key), *keeps), (topic,))


def _key(topic: str, state: State, heard: Understanding) -> str:
    """The templates for a manner or a courtesy, by its meaning in this state."""
    match topic:
        case "advice":
            return "injury.come" if state.injury else "help"
        case "language" if heard.wants == "other":
            return "language.other"
        case "language" if state.task:
            return "language.on"
        case "no":
            return "goodbye"
        case "yes" | "present":
            return "go_on"
        case _:
            return topic
