"""Appointments: the next question while one is booked, moved or cancelled.

Pure. A task takes its slots from the caller's words in any order, asks for one missing slot at a
time, offers an open time instead of one when the clinic is closed, asks for a confirmation, and
ends. Nothing is stored beside the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from .opening import DAYS, Clock, closes_at, nearest_open
from .state import Act, Question, State, Step, Task
from .understanding import Understanding

NEEDS: Mapping[Task, tuple[Question, ...]] = {
    "book": ("day", "time", "name"),
    "move": ("day", "time", "name"),
    "cancel": ("name",),
}
"""Slots of each task, in the order of the questions."""
# Topics of an utterance that may still be a bare name ("yes, Ravi"; "Rao" is also a doctor).
_BESIDE_A_NAME = frozenset({None, "yes", "greeting", "doctors"})


def begin(state: State, task: Task, heard: Understanding, now: datetime) -> Step:
    """Start a task with the slots so far; a known name and doctor are kept."""
    fresh = replace(state, task=task, asked=None, day=None, clock=None, offer=None)
    step = proceed(take(fresh, heard), task, now)
    return replace(step, acts=(Act(f"task.{task}"), *step.acts))


def take(state: State, heard: Understanding) -> State:
    """`state` with the slots that the caller's words fill or change."""
    day = heard.day if heard.day in DAYS else state.day
    clock = heard.clock or (heard.bare_clock if state.asked == "time" else None) or state.clock
    name, doctor = heard.name, heard.doctor
    if name is None and state.asked == "name" and heard.topic in _BESIDE_A_NAME:
        # Callers and doctors share surnames; this one is the caller's.
        name, doctor = heard.bare_name, None if heard.bare_name else doctor
    return replace(
        state,
        day=day,
        clock=clock,
        name=name or state.name,
        doctor=doctor or state.doctor,
    )


def proceed(state: State, task: Task, now: datetime) -> Step:
    """The next question of `task`."""
    needs = NEEDS[task]
    day, clock = state.day, state.clock
    if "time" in needs and day and clock and closes_at(day, clock, now) is None:
        offer = nearest_open(day, clock, now)
        act = Act("closed_then", {"time": clock, "day": day, "offer": offer})
        return Step(replace(state, asked="offer", offer=offer), (act,))
    for slot in needs:
        if slot not in _values(state):
            return Step(replace(state, asked=slot), (_ask(slot, state),))
    return Step(replace(state, asked="confirm"), (Act(f"confirm.{task}", _values(state)),))


def answered(state: State, task: Task, heard: Understanding, now: datetime) -> Step | None:
    """The step after an answer to the last question of `task`; None if it was no answer."""
    taken = take(state, heard)
    if state.asked == "offer" and taken.clock == state.clock and heard.topic == "yes":
        taken = replace(taken, clock=state.offer, offer=None)
    if taken != state:
        step = proceed(replace(taken, offer=None), task, now)
        return replace(step, acts=(Act("ack"), *step.acts))
    if state.asked == "confirm" and heard.topic == "yes":
        done = replace(state, task=None, asked="more")
        return Step(done, (Act(f"done.{task}", _values(state)),))
    if heard.topic == "unsure" and state.asked in ("day", "time"):
        return Step(state, (Act(f"suggest.{state.asked}"),))
    if heard.topic == "no":
        return _refused(state)
    return None


def again(state: State) -> tuple[Act, ...]:
    """The task's open question again."""
    if state.task is None or state.asked is None:
        return ()
    if state.asked == "confirm":
        return (Act(f"confirm.{state.task}", _values(state)),)
    if state.asked == "offer" and state.offer:
        return (Act("ask.offer", {"time": state.offer}),)
    return (_ask(state.asked, state),)


def dropped(state: State) -> Step:
    """The step after the caller abandons the task."""
    return Step(replace(state, task=None, asked="more"), (Act("dropped"),))


def _refused(state: State) -> Step:
    """After "no" to an offer ask for another time; after "no" to a confirmation, for the change."""
    if state.asked == "offer":
        cleared = replace(state, asked="time", clock=None, offer=None)
        return Step(cleared, (_ask("time", cleared),))
    if state.asked == "confirm" and state.task != "cancel":
        return Step(replace(state, asked="day", day=None, clock=None), (Act("change"),))
    return dropped(state)


def _ask(slot: str, state: State) -> Act:
    return Act(f"ask.{slot}.move" if state.task == "move" and slot == "day" else f"ask.{slot}")


def _values(state: State) -> dict[str, str | Clock]:
    slots = {"day": state.day, "time": state.clock, "name": state.name}
    known_slots = {key: value for key, value in slots.items() if value is not None}
    return {**known_slots, "doctor": state.doctor or "rao"}
