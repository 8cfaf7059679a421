"""The results of tools in a call about a delivery. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from ...receptionist.state import Act
from ...tools.choice import topic_of
from ...tools.latin import latin
from .. import results
from ..conversation import Ran
from ..state import Context, Decision, Line, State
from .agenda import go_on

_LEAVE = re.compile(r"\b(?:take leave|goodbye|end the call|hang up)\b", re.IGNORECASE)
_CALL_BACK = re.compile(r"\bcalls? back\b", re.IGNORECASE)
_MOST_NAMES = 2
"""How often a name may be wrong."""


def fold_in(state: State, ran: Ran, context: Context) -> State:
    """`state` after a tool has run; what is to be spoken of it waits in `news`."""
    topic = _topic(ran, context)
    failed = results.failure(ran.result) is not None
    on_file = results.named(ran.result, "address") if topic == "verify" else None
    return replace(
        state,
        handled=True,
        confirmed=False,
        news=(*state.news, ran),
        done=state.done if failed else (*state.done, topic or ""),
        on_file=on_file or state.on_file,
    )


def _topic(ran: Ran, context: Context) -> str | None:
    function = next((tool for tool in context.functions if tool.name == ran.name), None)
    return topic_of(function)[0] if function else None


def report(state: State, context: Context) -> Decision:
    """Speak the results that wait, then go on with the agenda."""
    lines: list[Line] = list(state.owed)
    waiting, state = state.news, replace(state, news=())
    for ran in waiting:
        topic, failed = _topic(ran, context), results.failure(ran.result)
        if topic == "goodbye":
            return Decision(state, (Act("delivery.bye"),))
        if topic == "verify" and failed is not None:
            return _not_verified(state, failed, context)
        if topic == "human" and failed is None:
            state = replace(state, outcome="transferred", task=None)
            key = "delivery.call_back" if _CALL_BACK.search(ran.result) else "human.now"
            lines.append(_done(ran.result, key, state))
        elif failed is not None:
            lines.append(Act("error"))
            state = _after_a_failure(state, topic, failed)
        elif topic == "deliver":
            later = state.day is not None and state.day > context.now.date()
            state = replace(state, outcome="rescheduled" if later else state.outcome or "confirmed")
            lines.append(_done(ran.result, "delivery.done", state))
        elif topic == "address":
            state = replace(state, outcome="address_changed", task=None, agreed=True)
            lines.append(_new_address(ran.result, state))
    step = go_on(state, context)
    if step.calls:
        return replace(step, state=replace(step.state, owed=tuple(lines)))
    return replace(step, lines=(*lines, *step.lines))


def _not_verified(state: State, words: str, context: Context) -> Decision:
    """Ask for the name once more, unless the tool wants the call to end."""
    tries = _MOST_NAMES if _LEAVE.search(words) else state.tries + 1
    state = replace(state, name=None, tries=tries)
    line = Act("delivery.not_verified")
    if tries >= _MOST_NAMES:
        step = go_on(replace(state, outcome="not_verified"), context)
        owing = replace(step.state, owed=(line,) if step.calls else ())
        return replace(step, state=owing, lines=() if step.calls else (line, *step.lines))
    return Decision(replace(state, asked="name"), (line, Act("delivery.ask_name")))


def _after_a_failure(state: State, topic: str | None, words: str) -> State:
    """Ask again for what the tool objects to, or leave the item."""
    open_ = replace(state, confirmed=False, asked=None)
    if topic == "address" and "pin" in words.casefold():
        return replace(open_, pincode=None, task="address")
    if topic == "address":
        return replace(open_, address=None, task="address")
    if topic == "deliver" and state.window is not None:
        return replace(open_, window=None)
    return replace(state, done=(*state.done, topic or ""))


def _new_address(result: str, state: State) -> Line:
    """The address in the result; in the customer's script if it is the one that she gave."""
    written, pincode = results.named(result, "address"), results.named(result, "pincode", "pin")
    same = state.address is not None and written == latin(state.address)
    if written is None or not (same or state.language == "en"):
        return _done(result, "delivery.address_done", state)
    address = state.address if same and state.address else written
    values = {"address": address, "pincode": " ".join(pincode or state.pincode or "")}
    return Act("delivery.address_now", values)


def _done(result: str, key: str, state: State) -> Line:
    sentence = state.language == "en" and results.is_sentence(result)
    return results.spoken(result) if sentence else Act(key)
