"""What the results of tools lead to: times to offer, appointments, a confirmation, an error. Pure.

A confirmation is read back from the tool's result, never from what the dialogue knows: a tool that
wrote something else is heard.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..receptionist.opening import Clock
from ..receptionist.state import Act
from ..receptionist.words import folded
from ..tools.choice import topic_of
from ..tools.vocabulary import vocabulary
from . import results
from .asking import known_doctors
from .conversation import Ran
from .results import Record
from .scan import spoken_date
from .state import Context, Decision, Line, State, day_key
from .steps import ended, proceed

_WRITES = frozenset({"book", "move", "cancel"})
_DONE_KEYS = {"book": "booked", "move": "moved", "cancel": "cancelled"}


def fold_in(state: State, ran: Ran, context: Context) -> State:
    """`state` after a tool has run; what is to be spoken of it waits in `news`."""
    topic = topic_for(ran.name, context)
    failed = results.failure(ran.result) is not None
    day = state.day or context.now.date()
    state = replace(state, confirmed=False, handled=True)
    if topic == "slots":
        free = results.alternatives(ran.result, day) if failed else results.moments(ran.result, day)
        return replace(state, free=free, news=(*state.news, ran) if failed else state.news)
    if topic == "find" and not results.is_broken(ran.result):
        return replace(state, records=() if failed else results.records(ran.result, day))
    if topic == state.task and not failed:
        state = replace(ended(state), doctor=state.doctor, done=(*state.done, topic or ""))
    return replace(state, news=(*state.news, ran))


def topic_for(name: str, context: Context) -> str | None:
    """The topic of a tool by its name."""
    function = next((tool for tool in context.functions if tool.name == name), None)
    return topic_of(function)[0] if function else None


def report(state: State, context: Context) -> Decision:
    """Speak the results that wait, then go on with the task."""
    lines: list[Line] = []
    more = bool(state.done)
    for ran in state.news:
        topic, failed = topic_for(ran.name, context), results.failure(ran.result)
        if topic == "goodbye":
            return Decision(replace(ended(state), news=()), (Act("goodbye"),))
        if failed is not None and topic in (state.task, "slots", "find"):
            return _after_a_failure(replace(state, news=()), failed, topic, context)
        lines += _lines(state, ran, topic, failed, context)
    state = replace(state, news=())
    if state.task:
        step = proceed(state, context)
        return step if step.calls else replace(step, lines=(*lines, *step.lines))
    return Decision(replace(state, asked="more" if more else state.asked), tuple(lines))


def _lines(
    state: State, ran: Ran, topic: str | None, failed: str | None, context: Context
) -> list[Line]:
    """What is said of a result that closes a task, or of a tool of one call."""
    if topic == "hours":
        return _hours(state, ran, failed, context)
    if failed is not None:
        return [_failed(state, failed)]
    words = results.spoken(ran.result)
    sentence = state.language == "en" and results.is_sentence(ran.result)
    if topic == "human":
        return [words if sentence else Act("human.now")]
    if topic in _WRITES:
        return _written(state, ran, topic or "", context)
    return [words or Act("tool.done")]


def _written(state: State, ran: Ran, topic: str, context: Context) -> list[Line]:
    """The confirmation, from the result alone."""
    if state.language == "en" and results.is_sentence(ran.result):
        return [results.spoken(ran.result)]
    if topic == "cancel":
        return [Act("done.cancel")]
    found = results.records(ran.result, context.now.date())
    # A moved appointment may be reported with its old time first.
    record = found[-1] if found else Record()
    if record.moment is None:
        words = results.spoken(ran.result) if state.language == "en" else ""
        return [words or Act("tool.done")]
    values: dict[str, str | Clock] = {
        "day": day_key(record.moment.day, context.now),
        "time": record.moment.clock,
    }
    key = _DONE_KEYS[topic]
    lines: list[Line] = [Act(key, values)]
    if record.doctor:
        lines = [Act(f"{key}.doctor", {**values, "doctor": record.doctor})]
    if record.reference and topic == "book":
        lines.append(Act("reference", {"reference": _spelled(record.reference)}))
    return [*lines, Act("ask.more")]


def _spelled(reference: str) -> str:
    """A reference as it is spoken: one character after the other."""
    return " ".join(re.sub(r"[^A-Za-z0-9]", "", reference))


def _hours(state: State, ran: Ran, failed: str | None, context: Context) -> list[Line]:
    """The opening hours of a day: the tool's sentence, else its times in words."""
    words = results.spoken(ran.result)
    if state.language == "en" and results.is_sentence(ran.result):
        return [words]
    spans = results.spans(ran.result, context.now.date())
    day = _day_asked(state, ran, context)
    if spans and failed is None:
        said = [Act("hours.span", {"time": opens, "until": closes}) for opens, closes in spans]
        return [Act("hours.on", {"day": day}), *said]
    return [words if words and state.language == "en" else Act("hours.none", {"day": day})]


def _day_asked(state: State, ran: Ran, context: Context) -> str:
    """The day of a question about the hours: as it was asked of the tool."""
    for value in ran.arguments.values():
        day = spoken_date(str(value), context.now)
        if day is not None:
            return day_key(day, context.now)
        if str(value).casefold() in ("today", "tomorrow"):
            return str(value).casefold()
    return state.heard.day if state.heard and state.heard.day else "today"


def _after_a_failure(state: State, words: str, topic: str | None, context: Context) -> Decision:
    """Say that it failed and ask for what the tool objects to; look again if it was the time."""
    if results.is_broken(words):
        return Decision(replace(ended(state), asked="more"), (Act("error"), Act("ask.more")))
    if topic == "slots":
        return _nothing_free(state, words, context)
    objection = _objection(words, state, context)
    cleared = replace(state, asked=objection)
    match objection:
        case "phone":
            return Decision(replace(cleared, phone=None), (_failed(state, words), Act("ask.phone")))
        case "name":
            return Decision(replace(cleared, name=None), (_failed(state, words), Act("ask.name")))
        case "doctor":
            unknown = replace(state, doctor=None, looked=None, asked="doctor")
            return Decision(unknown, (Act("no_doctor"), *known_doctors(state, context)))
        case "pincode":
            wrong = replace(cleared, pincode=None)
            return Decision(wrong, (_failed(state, words), Act("ask.pincode")))
    timed = state.task != "cancel" and {"moment", "time"} & context.kinds(state.task or "").keys()
    if timed and (results.is_taken(words) or objection in ("moment", "day", "time")):
        return _another_time(state, words, context)
    return Decision(replace(ended(state), asked="more"), (_failed(state, words), Act("ask.more")))


def _nothing_free(state: State, words: str, context: Context) -> Decision:
    """Offer the times that the tool names instead, else ask for another day."""
    closed = ": closed" in words or "is closed" in words
    if state.free:
        offering = replace(state, clock=None, part=None, nothing=True, closed=closed, shown=())
        return proceed(offering, context)
    open_ = replace(state, day=None, clock=None, part=None, looked=None, free=(), asked="day")
    if results.is_taken(words) or "nothing" in folded(words) or state.day is None:
        day = day_key(state.day or context.now.date(), context.now)
        key = "hours.none" if closed else "none_free"
        return Decision(open_, (Act(key, {"day": day}), Act("ask.day")))
    return Decision(open_, (_failed(state, words), Act("ask.day")))


def _another_time(state: State, words: str, context: Context) -> Decision:
    refused = state.refused
    if state.day and state.clock:
        refused |= {(state.day, state.clock)}
    open_ = replace(state, refused=refused, looked=None, free=(), clock=None, answer="no")
    if context.tool("slots") is not None:
        # The next reply says why, and offers what is free now.
        return proceed(replace(open_, failed=words), context)
    return Decision(replace(open_, asked="time"), (_failed(state, words), Act("ask.time")))


def _objection(words: str, state: State, context: Context) -> str | None:
    """The content that a failure names, if the tool takes it."""
    scores = vocabulary().properties.scores(folded(words))
    taken = context.kinds(state.task or "")
    named = {kind: score for kind, score in scores.items() if kind in taken}
    return max(named, key=lambda kind: named[kind], default=None)


def _failed(state: State, words: str) -> Line:
    if results.is_taken(words):
        return Act("taken")
    spoken = results.spoken(words)
    return f"Sorry. {spoken}" if state.language == "en" and spoken else Act("error")
