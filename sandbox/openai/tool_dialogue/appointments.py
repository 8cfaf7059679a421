"""Finding the appointment that is to be moved or cancelled. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from ..receptionist.state import Act
from .asking import ask, requested, when
from .digits import digits_in
from .results import Record
from .state import EXISTING, Context, Decision, Line, State

_CODE = re.compile(r"\b[A-Za-z]{0,5}-?\d[\w-]+")


def identify(state: State, context: Context) -> State | Decision:
    """The state with the appointment; else a lookup, or a question."""
    if state.task not in EXISTING or state.record is not None:
        return state
    kinds = context.kinds(state.task)
    by_reference = "reference" in kinds or state.task == "cancel"
    if not by_reference:
        return state
    if context.tool("find") is None:
        return _by_its_reference(state) if kinds.get("reference") else state
    if state.records is None:
        needs = context.kinds("find")
        key = next((kind for kind in ("phone", "name") if kind in needs), None)
        if key and getattr(state, key) is None:
            return ask(state, (key,), context)
        return Decision(state, calls=(requested("find", state, context),))
    if not state.records:
        nobody = replace(state, records=None, phone=None, asked="phone")
        return Decision(nobody, (Act("found.none"), Act("ask.phone")))
    meant = [record for record in state.records if _is_meant(record, state)] or state.records
    if len(meant) == 1:
        return _with_record(state, meant[0])
    return Decision(replace(state, asked="which"), (which(state, context),))


def which(state: State, context: Context) -> Line:
    """Whether the first of several appointments is meant."""
    first = (state.records or (Record(),))[0]
    return Act("which", when(first.moment, context)) if first.moment else Act("ask.day")


def _by_its_reference(state: State) -> State | Decision:
    """Without a lookup the caller has to know the reference."""
    if state.asked == "reference" and state.heard is not None and not state.handled:
        found = _CODE.search(state.heard.text)
        code = found[0] if found else digits_in(state.heard.text)
        if len(code) > 1:
            return replace(state, record=Record(code))
    return Decision(replace(state, asked="reference"), (Act("ask.reference"),))


def _is_meant(record: Record, state: State) -> bool:
    at = record.moment
    if at is None or (state.day is None and state.clock is None):
        return False
    return state.day in (None, at.day) and state.clock in (None, at.clock)


def _with_record(state: State, record: Record) -> State:
    """The appointment's doctor stays, and its day if the caller named a new time alone."""
    at = record.moment
    state = replace(state, record=record, doctor=record.doctor or state.doctor)
    if at is None or state.task != "move":
        return state
    if state.day == at.day and state.clock in (None, at.clock):
        # "My Thursday appointment" names the old day.
        return replace(state, day=None, clock=None)
    if state.day is None and state.clock is not None:
        return replace(state, day=at.day)
    return state
