"""The agenda of a call about a delivery: what comes next, and the questions for it. Pure.

The customer's name is verified first. Then the delivery is confirmed, with another address, PIN
code or time if the customer wants one, and the outcome of the call is recorded.
"""

from __future__ import annotations

from dataclasses import replace

from ...receptionist.rules import rules
from ...receptionist.state import Act
from ...receptionist.words import folded
from ...tools import call
from ...tools.arguments import options
from .. import results
from ..asking import ask
from ..scan import spoken_date
from ..state import Context, Decision, Line, State, day_key, facts_of
from .words import outcome_option

_AGENDA = ("verify", "deliver", "address", "outcome")
_FEWEST_TOOLS = 2
"""Tools of the agenda from which on a conversation is about a delivery."""
ENDS = frozenset({"wrong_person", "refused", "call_back"})
_CLOSED = ENDS | {"not_verified", "transferred"}
"""Outcomes after which the agent takes leave."""


def is_delivery(context: Context) -> bool:
    """Whether the tools are those of a delivery's call."""
    return sum(context.tool(topic) is not None for topic in _AGENDA) >= _FEWEST_TOOLS


def go_on(state: State, context: Context) -> Decision:
    """The next item of the agenda."""
    left = still_open(state, context)
    if state.outcome in _CLOSED:
        return _close(state, context)
    if "verify" in left:
        return verify(state, context)
    if state.task == "address" and context.tool("address") is not None:
        return change_address(state, context)
    if "deliver" in left:
        return confirm_delivery(state, context)
    return _close(replace(state, outcome=state.outcome or "confirmed"), context)


def still_open(state: State, context: Context) -> tuple[str, ...]:
    """The items of the agenda that a tool serves and that are not done."""
    skipped = () if context.prompt.verifies else ("verify",)
    return tuple(
        topic
        for topic in _AGENDA
        if context.tool(topic) is not None and topic not in state.done and topic not in skipped
    )


def verify(state: State, context: Context) -> Decision:
    """Verify the name that the customer gave, or ask for one."""
    if state.name is not None:
        return Decision(state, calls=(_call("verify", state, context),))
    if state.answer == "no" and state.asked == "name":
        return go_on(replace(state, outcome="wrong_person"), context)
    lead = () if state.answer == "yes" else (Act("delivery.who"),)
    return Decision(replace(state, asked="name"), (*lead, Act("delivery.ask_name")))


def confirm_delivery(state: State, context: Context) -> Decision:
    """Confirm the delivery as agreed, or ask whether and when."""
    if context.tool("deliver") is None:
        return _close(replace(state, outcome=state.outcome or "confirmed"), context)
    if not state.agreed and "address" not in state.done:
        return Decision(replace(state, asked="deliver"), (_delivery_question(state, context),))
    needs = context.kinds("deliver")
    if state.window is None and (needs.get("time") or needs.get("day")):
        return Decision(replace(state, asked="window"), (window_question(state, context),))
    if not context.prompt.asks("repeat"):
        claimed = replace(state, outcome="confirmed", done=(*state.done, "deliver"))
        return Decision(replace(claimed, asked="more"), (Act("delivery.done"), Act("ask.more")))
    return Decision(state, calls=(_call("deliver", state, context),))


def change_address(state: State, context: Context) -> Decision:
    """Change the address as the customer confirmed it, or ask for it."""
    needs = context.kinds("address")
    missing = [
        kind
        for kind in ("address", "pincode")
        if getattr(state, kind) is None and (needs.get(kind) or kind == "address")
    ]
    if missing:
        return ask(state, missing, context)
    if not state.confirmed and "pincode" in needs:
        return Decision(replace(state, asked="confirm"), (_new_address(state),))
    if state.pincode and "pincode" not in needs:
        state = replace(state, address=f"{state.address} {state.pincode}", pincode=None)
    if not context.prompt.asks("repeat"):
        claimed = replace(
            state, task=None, outcome="address_changed", done=(*state.done, "address")
        )
        return Decision(replace(claimed, asked="more"), (Act("delivery.address_done"),))
    return Decision(state, calls=(_call("address", state, context),))


def _close(state: State, context: Context) -> Decision:
    """Record the outcome, then take leave."""
    if "outcome" in still_open(state, context) and context.prompt.asks("repeat"):
        return Decision(state, calls=(_call("outcome", state, context),))
    leave: tuple[Line, ...] = () if state.outcome == "transferred" else (Act("delivery.bye"),)
    if state.outcome in ENDS:
        leave = (Act(f"delivery.{state.outcome}"), *leave)
    return Decision(replace(state, asked="more"), leave)


def _call(topic: str, state: State, context: Context) -> tuple[str, str]:
    function = context.tool(topic)
    if function is None:
        raise ValueError(f"no tool serves {topic}")
    listed = options(function.parameters or {}, "outcome")
    outcome = outcome_option(state.outcome or "confirmed", listed)
    # Digits that were heard for a form are no time: only what was said of the delivery's is one.
    facts = replace(facts_of(state, context.now), outcome=outcome, clock=None)
    return call(function, facts)


def _delivery_question(state: State, context: Context) -> Line:
    """When and where it comes, as the prompt or a tool has it, and whether that is right."""
    if not context.prompt.asks("never_invent"):
        return Act("delivery.window.invented")
    address = state.on_file or results.named(context.prompt.text, "address")
    planned = results.named(context.prompt.text, "planned")
    if state.language == "en" and address:
        when = {"planned": planned} if planned else {}
        key = "delivery.ask.full" if planned else "delivery.ask.address"
        return Act(key, {"address": address, **when})
    # The address is in Latin letters, which other languages are not spoken in.
    day = spoken_date(planned or "", context.now)
    part = rules().parts.best(folded(planned or ""))
    if day is None or part is None:
        return Act("delivery.ask")
    return Act("delivery.ask.planned", {"day": day_key(day, context.now), "part": part})


def window_question(state: State, context: Context) -> Line:
    """When it should come; in English with the values that the tool allows."""
    listed = windows(context)
    if len(listed) > 1 and state.language == "en":
        first, second = (str(option).replace("_", " ") for option in listed[:2])
        return Act("delivery.window.two", {"first": first, "second": second})
    return Act("delivery.window")


def windows(context: Context) -> tuple[object, ...]:
    """The times that the tool allows; empty if it lists none."""
    function = context.tool("deliver")
    return options(function.parameters or {}, "time") if function else ()


def again(state: State, context: Context) -> tuple[Line, ...]:
    """The open question again."""
    match state.asked:
        case "deliver":
            return (_delivery_question(state, context),)
        case "window":
            return (window_question(state, context),)
        case "change":
            return (Act("delivery.change"),)
        case "confirm":
            return (_new_address(state),)
        case "name":
            return (Act("delivery.ask_name"),)
        case "address" | "pincode":
            return (Act(f"ask.{state.asked}"),)
        case _:
            return ()


def _new_address(state: State) -> Line:
    values = {"address": state.address or "", "pincode": " ".join(state.pincode or "")}
    return Act("delivery.confirm_address", values)
