"""The day and the time of an appointment: asked for, looked up, offered. Pure.

Times are offered only if a tool named them. Without the instruction never to invent one the
stand-in does not look, and names times of its own, as careless models do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ..receptionist.opening import Clock
from ..receptionist.state import Act
from .asking import ask, requested, still_needed, usual_doctor
from .scan import Moment
from .state import Context, Decision, Line, State, day_key

_MOST_OFFERED = 2
_LATE = ("evening", "night")


def find_a_time(state: State, context: Context) -> State | Decision:
    """The state with a time that is free; else a lookup, an offer, or a question."""
    kinds = context.kinds(state.task or "").keys()
    if state.task == "cancel" or not {"moment", "day", "time"} & kinds:
        return state
    lookup = context.tool("slots") is not None and context.prompt.asks("never_invent")
    unsure = state.heard is not None and state.heard.topic == "unsure" and not state.handled
    if state.day is None and lookup and state.asked == "day" and unsure:
        state = replace(state, day=context.now.date() + timedelta(days=1))
    if state.day is None:
        return ask(state, ("day", *still_needed(state, context)), context)
    state = _with_doctor(state, context)
    if not lookup:
        return _without_a_tool(state, context) if {"moment", "time"} & kinds else state
    if state.looked is None or not (_covered(state, context) or _is_alternative(state)):
        return _look(state, context)
    return state if state.chosen is not None else _offer_times(state, context)


def offer(shown: tuple[Moment, ...], state: State, context: Context) -> Line:
    """One or two times of a day."""
    first = shown[0]
    values: dict[str, str | Clock] = {"day": day_key(first.day, context.now), "first": first.clock}
    doctor = first.doctor or state.doctor
    if len(shown) > 1:
        values["second"] = shown[1].clock
    key = "offer.two" if len(shown) > 1 else "offer.one"
    return Act(f"{key}.doctor", {**values, "doctor": doctor}) if doctor else Act(key, values)


def _with_doctor(state: State, context: Context) -> State:
    for topic in ("slots", state.task or ""):
        function = context.tool(topic)
        if function and state.doctor is None and context.kinds(topic).get("doctor"):
            return replace(state, doctor=usual_doctor(function, context))
    return state


def _look(state: State, context: Context) -> Decision:
    asking = replace(state, looked=_wanted(state, context), free=(), shown=(), nothing=False)
    return Decision(asking, calls=(requested("slots", state, context),))


def _wanted(state: State, context: Context) -> tuple[str | None, date | None, str | None]:
    part = state.part if "part" in context.kinds("slots") else None
    return (state.doctor, state.day, part)


def _covered(state: State, context: Context) -> bool:
    """Whether the last result, for the whole day or the same part, has the wanted times."""
    wanted, looked = _wanted(state, context), state.looked
    return looked is not None and looked[:2] == wanted[:2] and looked[2] in (None, wanted[2])


def _is_alternative(state: State) -> bool:
    """Whether the caller chose a time of another day that the tool named."""
    same_doctor = state.looked is not None and state.looked[0] == state.doctor
    return state.chosen is not None and same_doctor


def _without_a_tool(state: State, context: Context) -> State | Decision:
    if state.clock is not None:
        return state
    if context.tool("slots") is not None:
        # A careless model does not look: it names times.
        return Decision(replace(state, asked="time"), (Act("suggest.time"),))
    return ask(state, ("time", *still_needed(state, context)), context)


def _offer_times(state: State, context: Context) -> Decision:
    shown = _best(state)
    if not shown and state.part:
        # Nothing, or nothing else, in that part of the day.
        in_part = state.looked is not None and state.looked[2] is not None
        whole = replace(state, part=None)
        return _look(whole, context) if in_part else _offer_times(whole, context)
    day = {"day": day_key(state.day or context.now.date(), context.now)}
    if state.nothing and state.shown:
        # The caller wants none of the other days' times.
        open_ = replace(state, day=None, looked=None, free=(), shown=(), asked="day")
        return Decision(open_, (Act("ask.day"),))
    if not shown:
        none = replace(
            state, day=None, clock=None, looked=None, free=(), refused=frozenset(), asked="day"
        )
        return Decision(none, (Act("none_free", day), Act("ask.day")))
    lines: tuple[Line, ...] = (Act("sure"),) if state.handled else ()
    if state.failed:
        lines = (Act("taken"),)
    elif state.nothing:
        lines = (Act("hours.none" if state.closed else "none_free", day),)
    elif state.clock is not None:
        lines = (Act("not_free"),)
    offering = replace(state, asked="offer", shown=shown, clock=None)
    return Decision(offering, (*lines, offer(shown, state, context)))


def _best(state: State) -> tuple[Moment, ...]:
    """The times to offer: the nearest to the wish, else the first ones of the part of the day."""
    free = [at for at in state.free if (at.day, at.clock) not in state.refused]
    if state.part:
        free = [at for at in free if _in_part(at.clock, state.part)]
    if state.clock is not None:
        wish = _minutes(state.clock)
        nearest = sorted(free, key=lambda at: abs(_minutes(at.clock) - wish))
        free = sorted(nearest[:_MOST_OFFERED], key=lambda at: (at.day, at.clock))
    elif free and not state.part:
        first = free[0]
        later = [at for at in free if at.clock.part != first.clock.part]
        free = [first, *(later or free[1:])]
    return tuple(at for at in free if at.day == free[0].day)[:_MOST_OFFERED]


def _in_part(clock: Clock, part: str) -> bool:
    return clock.part == part or (clock.part in _LATE and part in _LATE)


def _minutes(clock: Clock) -> int:
    return clock.hour * 60 + clock.minute
