"""The customer's turn in a call about a delivery, which the agent begins. Pure.

The rules for prompts are those of every dialogue with tools.
"""

from __future__ import annotations

from dataclasses import replace

from ...receptionist.state import Act
from ...receptionist.understanding import QUESTIONS, Understanding
from ...tools.choice import calls_for
from ...tools.vocabulary import words_of
from ..state import Context, Decision, State, day_key, facts_of
from .agenda import (
    ENDS,
    again,
    change_address,
    confirm_delivery,
    go_on,
    still_open,
    verify,
    window_question,
    windows,
)
from .report import report
from .words import address_in, topic_of_words

_BY_A_TOOL = frozenset({"human", "goodbye"})
_MANNERS = {
    "human": "human.none", "who": "delivery.who", "repeat": "repeat", "slower": "slower",
    "wait": "wait", "language": "language.on", "present": "delivery.who", "help": "delivery.who",
    "greeting": "delivery.who", "goodbye": "delivery.bye",
}  # fmt: skip
"""What is said for a topic of the receptionist."""


def after_turn(state: State) -> State:
    """`state` with what a delivery takes from the customer's words: address, PIN code, time."""
    if state.heard is None:
        return state
    text = state.heard.text
    if state.asked == "address":
        address, pincode = address_in(text)
        given = replace(state, address=address or state.address, pincode=pincode or state.pincode)
        return replace(given, answer="given" if address else "unclear")
    return state


def decide(state: State, context: Context) -> Decision:
    """The next words or calls."""
    if state.news:
        return report(state, context)
    if state.heard is None:
        return Decision(state, (Act("delivery.nudge" if state.turn else "delivery.who"),))
    if state.handled:
        return go_on(state, context)
    return _to_the_customer(state, state.heard, context)


def _to_the_customer(state: State, heard: Understanding, context: Context) -> Decision:
    """The reply to the customer's words."""
    topic = topic_of_words(heard.text)
    if heard.topic in _MANNERS and topic is None and state.answer != "given":
        return _aside(state, heard, context)
    if state.asked == "more" and state.outcome:
        if topic not in ("address", "later"):
            return _aside(state, heard, context)
        # A change of mind: what was agreed is open again.
        state = replace(state, outcome=None, agreed=False, window=None, done=("verify",))
    if topic in ENDS and state.asked not in ("address", "pincode"):
        return go_on(replace(state, outcome=topic, task=None), context)
    if "verify" in still_open(state, context):
        return verify(state, context)
    return _about_the_delivery(state, topic, heard, context)


def _about_the_delivery(
    state: State, topic: str | None, heard: Understanding, context: Context
) -> Decision:
    if topic == "address" and context.tool("address") and state.asked != "address":
        opened = replace(state, task="address", asked=None, address=None, pincode=None)
        return change_address(opened, context)
    if state.task == "address" and context.tool("address") is not None:
        if state.asked == "confirm" and state.answer == "no":
            again = replace(state, address=None, pincode=None, asked=None)
            return change_address(again, context)
        return change_address(state, context)
    away = topic == "later" and heard.day == "today"
    named_time = (heard.day not in (None, "now") or heard.part is not None) and not away
    if topic == "later" and not named_time:
        return Decision(replace(state, asked="window"), (window_question(state, context),))
    if state.asked == "window" or named_time:
        window = _window(heard, state, context)
        if window is not None:
            return confirm_delivery(replace(state, window=window, agreed=True), context)
        return Decision(replace(state, asked="window"), (window_question(state, context),))
    if state.asked == "deliver" and state.answer == "yes":
        return confirm_delivery(replace(state, agreed=True), context)
    if state.asked == "deliver" and state.answer == "no":
        return Decision(replace(state, asked="change"), (Act("delivery.change"),))
    if state.asked not in ("deliver", "window", "change"):
        return go_on(state, context)
    return _aside(state, heard, context)


def _window(heard: Understanding, state: State, context: Context) -> str | None:
    """The tool's own value for the time, else the day and its part in English."""
    day = day_key(state.day, context.now) if state.day and heard.day else None
    said = {part for part in (day, heard.part) if part}
    listed = [str(option) for option in windows(context)]
    if listed:
        best = max(listed, key=lambda option: len(said & set(words_of(option))))
        return best if said & set(words_of(best)) else None
    if state.clock is not None and day is None:
        return f"{state.clock.hour:02}:{state.clock.minute:02}"
    return " ".join(part for part in (day, heard.part) if part) or None


def _aside(state: State, heard: Understanding, context: Context) -> Decision:
    """A courtesy or a question, and the open question again."""
    wanted = [topic for topic in heard.topics[:1] if topic in _BY_A_TOOL]
    if state.asked == "more" and {"no", "goodbye", "thanks", "greeting"} & set(heard.topics):
        wanted = ["goodbye"]
    calls = calls_for(wanted, facts_of(state, context.now), context.functions) if wanted else []
    if calls:
        return Decision(state, calls=tuple(calls))
    topic = heard.topic or ""
    if topic in ("repeat", "slower") and state.statement:
        return Decision(state, (Act(topic), state.statement))
    question = again(state, context)
    if topic in QUESTIONS:
        sentences = context.prompt.sentences(topic) if state.language == "en" else ()
        return Decision(state, (*(sentences[:1] or (Act("unknown.fact"),)), *question))
    key = "delivery.bye" if "goodbye" in wanted else _MANNERS.get(topic, "unknown.pending")
    if state.asked == "more" and topic == "yes":
        key = "go_on"
    return Decision(state, (Act(key), *question))
