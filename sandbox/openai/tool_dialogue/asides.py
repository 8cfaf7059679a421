"""Answers that need no task: facts from the prompt, courtesies, tools of one call. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from ..receptionist import dialogue
from ..receptionist.opening import DAYS, USUAL_HOURS, date_of
from ..receptionist.rules import rules
from ..receptionist.state import Act
from ..receptionist.understanding import QUESTIONS, Understanding
from ..receptionist.words import folded
from ..tools import Facts
from ..tools.choice import calls_for
from . import results
from .asking import known_doctors
from .scan import spoken_date
from .state import Context, Decision, Line, State, facts_of

_FROM_THE_PROMPT = frozenset(
    {"human", "fees", "doctors", "parking", "directions", "payment", "hours"}
)
_DOCTOR = re.compile(
    r"(?:\b(?:dr|doctor)\.?|डॉ\.?|डॉक्टर|டாக்டர்)\s+(?P<name>[^\W\d_][\w\u0900-\u0dff]+)", re.I
)
_INVENTED_PRICE = "750"
_MOST_SENTENCES = 2


def aside(state: State, heard: Understanding, context: Context) -> Decision:
    """The answer to a turn that leads to no task, by a tool if one serves it."""
    facts = _facts(state, heard, context)
    topics = _topics(state, heard)
    calls = calls_for(topics, facts, context.functions)
    if calls:
        return Decision(state, calls=tuple(calls))
    if topics[:1] in (["repeat"], ["slower"]) and state.statement:
        return Decision(state, (Act(topics[0]), state.statement))
    manners = replace(state.manners, language=heard.language)
    if state.asked == "more" and topics == ["goodbye"]:
        manners = replace(manners, asked="more")
    step = dialogue.step(manners, heard, context.now)
    lines = (line for act in step.acts for line in _from_the_prompt(act, state, context))
    return Decision(replace(state, manners=step.state), tuple(lines))


def unknown_doctor(heard: Understanding, context: Context) -> str | None:
    """The name of a doctor who is not one of the clinic's."""
    found = _DOCTOR.search(heard.text)
    if found is None or heard.doctor or not context.prompt.judged:
        return None
    word = found["name"].casefold()
    book = rules()
    known = book.topics.knows(word) or book.days.knows(word) or word in book.name_stops
    common = any(word in words for words in book.language_words.values())
    return None if known or common or len(word) < 3 else found["name"].title()


def _facts(state: State, heard: Understanding, context: Context) -> Facts:
    """The values for a tool of one call; hours without a day are those of today."""
    facts = facts_of(state, context.now)
    day = heard.day if heard.day in DAYS else "today" if heard.topic == "hours" else None
    if day is None:
        return facts
    return replace(facts, day=day, date=date_of(day, context.now))


def _topics(state: State, heard: Understanding) -> list[str]:
    if state.asked == "more" and {"no", "goodbye", "thanks"} & set(heard.topics):
        return ["goodbye"]
    scores = heard.scores or {}
    return [
        topic
        for topic in heard.topics
        if topic == heard.topic or (topic in QUESTIONS and scores.get(topic, 0) >= 3)
    ]


def _from_the_prompt(act: Act, state: State, context: Context) -> tuple[Line, ...]:
    """The receptionist's answer, with what the prompt says instead of the stand-in's own facts."""
    topic = act.key.partition(".")[0]
    prompt = context.prompt
    if act.key == "sick" and state.doctor:
        return (Act("sick.doctor", {"doctor": state.doctor}),)
    if not prompt.judged or topic not in _FROM_THE_PROMPT:
        return (act,)
    if topic == "human":
        return (Act("human.none"),)
    sentences = prompt.sentences(topic)
    if not sentences and prompt.asks("never_invent"):
        return (Act("unknown.fact"),)
    if not sentences:
        invented = Act("fees.prompt", {"price": _INVENTED_PRICE})
        return (invented if topic == "fees" else act,)
    if topic == "doctors":
        return (_doctors(act, sentences, state, context),)
    if topic == "hours":
        return _hours(act, sentences, state, context)
    if topic == "fees" and state.language != "en":
        return (Act("fees.prompt", {"price": prompt.prices[0]}) if prompt.prices else act,)
    return (
        (act,) if state.language != "en" else (Act("sure"), " ".join(sentences[:_MOST_SENTENCES]))
    )


def _hours(
    act: Act, sentences: tuple[str, ...], state: State, context: Context
) -> tuple[Line, ...]:
    """The prompt's opening hours; in other languages its times, if they are not the usual ones."""
    if act.key in ("hours.open_now", "hours.closed_now", "hours.closed"):
        return (act,)
    if state.language == "en":
        date = spoken_date(state.heard.text, context.now) if state.heard else None
        many = _MOST_SENTENCES if date or act.key == "hours.holiday" else 1
        return (Act("sure"), " ".join(sentences[:many]))
    pairs = results.spans(sentences[0], context.now.date())
    if pairs == USUAL_HOURS or act.key == "hours.holiday":
        return (act,)
    meant = pairs[-1:] if act.key == "hours.sunday" else pairs[:-1] or pairs
    day = str(act.values.get("day", "today"))
    said = [Act("hours.span", {"time": opens, "until": closes}) for opens, closes in meant]
    return (Act("hours.on", {"day": day}), *said)


def _doctors(act: Act, sentences: tuple[str, ...], state: State, context: Context) -> Line:
    doctor = act.key.partition(".")[2]
    if doctor == "all":
        known = known_doctors(state, context)
        return known[0] if known and not _all_are_known(context) else act
    if not context.prompt.names(doctor):
        return Act("no_doctor")
    own = [text for text in sentences if doctor in rules().doctors.scores(folded(text))]
    return own[0] if own and state.language == "en" else act


def _all_are_known(context: Context) -> bool:
    return all(context.prompt.names(doctor) for doctor in rules().doctors.keywords)
