"""Answers that need no task: facts from the prompt, courtesies, tools of one call. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from ..receptionist import dialogue
from ..receptionist.opening import DAYS, date_of
from ..receptionist.rules import rules
from ..receptionist.state import Act
from ..receptionist.templates import say_doctor
from ..receptionist.understanding import QUESTIONS, Understanding
from ..tools import Facts
from ..tools.choice import calls_for
from .state import Context, Decision, Line, State, facts_of

_FROM_THE_PROMPT = frozenset({"fees", "doctors", "parking", "directions", "payment", "hours"})
_DOCTOR = re.compile(
    r"(?:\b(?:dr|doctor)\.?|डॉ\.?|डॉक्टर|டாக்டர்)\s+(?P<name>[^\W\d_][\w\u0900-\u0dff]+)", re.I
)
_INVENTED_PRICE = "750"


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
    lines = tuple(_from_the_prompt(act, state, heard, context) for act in step.acts)
    return Decision(replace(state, manners=step.state), tuple(line for line in lines if line))


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
    if state.asked == "more" and {"no", "goodbye"} & set(heard.topics):
        return ["goodbye"]
    scores = heard.scores or {}
    return [
        topic
        for topic in heard.topics
        if topic == heard.topic or (topic in QUESTIONS and scores.get(topic, 0) >= 3)
    ]


def _from_the_prompt(act: Act, state: State, heard: Understanding, context: Context) -> Line | None:
    """The receptionist's answer, with what the prompt says instead of the stand-in's own facts."""
    topic = act.key.partition(".")[0]
    prompt = context.prompt
    if not prompt.judged or topic not in _FROM_THE_PROMPT:
        return act
    sentences = prompt.sentences(topic)
    if not sentences:
        if prompt.asks("never_invent"):
            return Act("unknown.fact")
        invented = Act("fees.prompt", {"price": _INVENTED_PRICE})
        return invented if topic == "fees" else act
    if topic == "doctors":
        return _doctors(act, sentences, state, context)
    if topic == "fees" and state.language != "en":
        return Act("fees.prompt", {"price": prompt.prices[0]}) if prompt.prices else act
    if state.language != "en":
        return act
    if topic == "hours":
        return act if act.key != "hours" else sentences[0]
    return " ".join(dict.fromkeys(sentences[:2]))


def _doctors(act: Act, sentences: tuple[str, ...], state: State, context: Context) -> Line:
    doctor = act.key.partition(".")[2]
    if doctor == "all":
        known = [key for key in rules().doctors.keywords if context.prompt.names(key)]
        names = ", ".join(say_doctor(key, state.language) for key in known)
        return Act("doctors.named", {"names": names}) if len(known) < 3 else act
    return act if context.prompt.names(doctor) else Act("no_doctor")
