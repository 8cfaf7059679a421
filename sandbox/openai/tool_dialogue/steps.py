"""The next step of a task: look a value up, ask for one, offer times, confirm, call the tool. Pure.

A task leads to the tool that serves its topic. What the tool requires is asked for, one thing at a
time; an appointment to move or cancel is looked up first. The prompt's instructions decide how
careful it is (`prompt.py`).
"""

from __future__ import annotations

from dataclasses import replace

from ..receptionist.state import Act
from .appointments import identify, which
from .asking import ask, requested, still_needed, values, when
from .state import EXISTING, Context, Decision, Line, State
from .times import find_a_time, offer


def proceed(state: State, context: Context) -> Decision:
    """The next step of the task."""
    for stage in (identify, find_a_time, _ask_for_the_rest, _confirm):
        after = stage(state, context)
        if isinstance(after, Decision):
            return after
        state = after
    return _perform(state, context)


def again(state: State, context: Context) -> tuple[Line, ...]:
    """The open question again."""
    if state.task is None or state.asked is None:
        return ()
    match state.asked:
        case "offer" if state.shown:
            return (offer(state.shown, state, context),)
        case "confirm":
            return (Act(_confirm_key(state), values(state, context)),)
        case "which":
            return (which(state, context),)
        case "offer":
            return (Act("ask.time"),)
        case asked:
            return (Act(f"ask.{asked}"),)


def ended(state: State) -> State:
    """The state after a task: the caller stays known."""
    return replace(
        state, task=None, asked=None, day=None, clock=None, part=None, records=None, record=None,
        looked=None, free=(), shown=(), refused=frozenset(), confirmed=False,
    )  # fmt: skip


def _ask_for_the_rest(state: State, context: Context) -> State | Decision:
    rest = still_needed(state, context)
    if not rest:
        return state
    step = ask(state, rest, context)
    return replace(step, lines=(*_free(state, context), *step.lines))


def _free(state: State, context: Context) -> tuple[Line, ...]:
    """That the time for which the caller asked is free, if a tool has just found it so."""
    at = state.chosen
    if at is None or not state.handled:
        return ()
    doctor = at.doctor or state.doctor
    if doctor is None:
        return (Act("free", when(at, context)),)
    return (Act("free.doctor", {**when(at, context), "doctor": doctor}),)


def _confirm(state: State, context: Context) -> State | Decision:
    """Before something is written: after a lookup, so that the caller can still say no."""
    looked = state.looked is not None or state.record is not None
    if state.confirmed or not looked:
        return state
    line = Act(_confirm_key(state), values(state, context))
    return Decision(replace(state, asked="confirm"), (line,))


def _confirm_key(state: State) -> str:
    if state.task == "book" and state.name:
        return "confirm.book"
    if state.task == "cancel" and not (state.record and state.record.moment):
        return "confirm.cancel.any"
    return f"confirm.{state.task}.time"


def _perform(state: State, context: Context) -> Decision:
    """Call the task's tool; without the instruction to repeat what was booked only claim it."""
    task = state.task or ""
    if task in ("book", *EXISTING) and not context.prompt.asks("repeat"):
        done = replace(ended(state), asked="more")
        return Decision(done, (Act(f"done.{task}", values(state, context)),))
    if task == "cancel" and state.record and state.record.moment:
        at = state.record.moment
        state = replace(state, day=at.day, clock=at.clock, free=(at,))
    return Decision(state, calls=(requested(task, state, context),))
