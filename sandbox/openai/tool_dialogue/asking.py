"""Questions and calls that every step of a task uses. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..receptionist.opening import Clock
from ..receptionist.rules import rules
from ..receptionist.state import Act
from ..receptionist.templates import say_doctor
from ..schema import Function
from ..tools import call
from ..tools.arguments import options
from ..tools.choice import RequestedCall
from .scan import Moment
from .state import EXISTING, Context, Decision, Line, State, day_key, facts_of

_ASKS = ("name", "phone", "address", "pincode")
"""Contents that are asked for as they are, in this order."""
_DICTATED = frozenset({"phone", "pincode"})
_USUAL_DOCTOR = "rao"  # the general physician


def ask(state: State, wanted: Iterable[str], context: Context) -> Decision:
    """Ask for the first of `wanted`; without the instruction, for two at once."""
    first, *more = wanted
    asking = replace(state, asked=first)
    if first in _DICTATED and state.digits:
        return Decision(asking, (Act("go_on"),))
    if first == "day" and state.task == "move":
        at = state.record.moment if state.record else None
        found = (Act("found", when(at, context)),) if at else ()
        return Decision(asking, (*found, Act("ask.day.move")))
    asked = [first] if context.prompt.asks("one_thing") else [first, *more[:1]]
    return Decision(asking, tuple(Act(f"ask.{kind}") for kind in asked))


def still_needed(state: State, context: Context) -> tuple[str, ...]:
    """What the task's tool requires beside a time, and the caller did not say yet."""
    kinds = context.kinds(state.task or "")
    existing = state.task in EXISTING
    needed = []
    for kind in _ASKS:
        by_number = existing and state.record is None and kind == "phone" and kind in kinds
        known = existing and state.record is not None and kind == "name"
        if (kinds.get(kind) or by_number) and not known and getattr(state, kind) is None:
            needed.append(kind)
    return tuple(needed)


def requested(topic: str, state: State, context: Context) -> RequestedCall:
    """The call of a topic's tool with all that is known."""
    function = context.tool(topic)
    if function is None:
        raise ValueError(f"no tool serves {topic}")
    if state.doctor is None and context.kinds(topic).get("doctor"):
        chosen = state.chosen.doctor if state.chosen else None
        state = replace(state, doctor=chosen or usual_doctor(function, context))
    facts = facts_of(state, context.now)
    if topic == "find" and state.phone and "phone" in context.kinds(topic):
        # Both would have to fit; the number alone is certain.
        facts = replace(facts, name=None)
    return call(function, facts)


def usual_doctor(function: Function, context: Context) -> str:
    """The doctor for callers who want none in particular: of the tool's, else of the prompt's."""
    listed = (
        rules().doctors.best(tuple(str(value).casefold().replace("_", " ").split()))
        for value in options(function.parameters or {}, "doctor")
    )
    known = [doctor for doctor in listed if doctor] or _doctors(context)
    return _USUAL_DOCTOR if _USUAL_DOCTOR in known or not known else known[0]


def known_doctors(state: State, context: Context) -> tuple[Line, ...]:
    """The names of the doctors that the prompt has."""
    names = ", ".join(say_doctor(doctor, state.language) for doctor in _doctors(context))
    return (Act("doctors.named", {"names": names}),) if names else ()


def values(state: State, context: Context) -> dict[str, str | Clock]:
    """The values of a confirmation; those of the appointment itself if it is cancelled."""
    at = state.record.moment if state.record and state.task == "cancel" else None
    day, clock = (at.day, at.clock) if at else (state.day, state.clock)
    doctor = state.doctor or (state.chosen.doctor if state.chosen else None)
    found: dict[str, str | Clock] = {"doctor": doctor or _USUAL_DOCTOR, "name": state.name or ""}
    if day is not None:
        found["day"] = day_key(day, context.now)
    if clock is not None:
        found["time"] = clock
    return found


def when(at: Moment, context: Context) -> dict[str, str | Clock]:
    """The words for a moment."""
    return {"day": day_key(at.day, context.now), "time": at.clock}


def _doctors(context: Context) -> list[str]:
    return [doctor for doctor in rules().doctors.keywords if context.prompt.names(doctor)]
