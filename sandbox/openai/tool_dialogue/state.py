"""The values of a dialogue that calls tools. No logic but small readings of the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from ..receptionist.opening import WEEKDAYS, Clock
from ..receptionist.rules import Language
from ..receptionist.state import Act
from ..receptionist.state import State as Manners
from ..receptionist.understanding import Understanding
from ..schema import Function
from ..tools import Facts, kinds
from ..tools.choice import RequestedCall, serving
from .conversation import Ran
from .prompt import Prompt
from .results import Record
from .scan import Moment

Answer = Literal["yes", "no", "given", "unclear"]
"""What the caller's turn was to the open question: assent, refusal, values, none of them."""
EXISTING = frozenset({"move", "cancel"})
"""Tasks about an appointment that exists."""
Line = Act | str
"""One thing to say: templates with their values, or words of a tool or of the prompt."""


@dataclass(frozen=True, slots=True)
class State:
    """The state of a dialogue; it follows from the messages alone."""

    language: Language = "en"
    manners: Manners = field(default_factory=Manners)
    """The receptionist's own state, for all that needs no tool."""
    task: str | None = None
    """The topic of the tool that the dialogue leads to."""
    asked: str | None = None
    """The content that was asked for; or "offer", "which", "confirm", "more"."""
    day: date | None = None
    clock: Clock | None = None
    part: str | None = None
    doctor: str | None = None
    name: str | None = None
    phone: str | None = None
    digits: str = ""
    """The digits of a number that is not complete."""
    address: str | None = None
    pincode: str | None = None
    window: str | None = None
    """When a delivery comes."""
    outcome: str | None = None
    """What came of a delivery's call."""
    records: tuple[Record, ...] | None = None
    """The appointments that a tool found; None before."""
    record: Record | None = None
    """The appointment to move or cancel."""
    looked: tuple[str | None, date | None, str | None] | None = None
    """Doctor, day and part of the day for which a tool was asked for free times."""
    free: tuple[Moment, ...] = ()
    """The free times of that result."""
    shown: tuple[Moment, ...] = ()
    """The times in the last offer."""
    refused: frozenset[tuple[date, Clock]] = frozenset()
    confirmed: bool = False
    heard: Understanding | None = None
    """The caller's turn that is not answered yet."""
    before: tuple[str, ...] = ()
    """The topics of the turn before."""
    answer: Answer | None = None
    handled: bool = False
    """Whether a tool was called for the caller's turn."""
    news: tuple[Ran, ...] = ()
    """Results that are not spoken yet."""
    nothing: bool = False
    """Whether nothing is free on the day that was asked for, and other days are offered."""
    closed: bool = False
    """Whether that is because the clinic is closed."""
    failed: str = ""
    """What a tool said against a time, until other times are offered."""
    done: tuple[str, ...] = ()
    """Topics of the tools that did their work, in order."""
    owed: tuple[Line, ...] = ()
    """What is to be said before the next words, as a tool ran in between."""
    on_file: str | None = None
    """The address that a tool knows for a delivery."""
    agreed: bool = False
    """Whether the customer agreed to the delivery."""
    tries: int = 0
    """How often a name was wrong."""
    turn: int = 0
    said: str = ""
    statement: str = ""
    """The last words that were no repetition."""

    @property
    def chosen(self) -> Moment | None:
        """The free time that the caller chose."""
        return next((at for at in self.free if (at.day, at.clock) == (self.day, self.clock)), None)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do next: words, or calls of tools; and the state after it."""

    state: State
    lines: tuple[Line, ...] = ()
    calls: tuple[RequestedCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What is fixed for one request."""

    functions: Sequence[Function]
    prompt: Prompt
    now: datetime

    def tool(self, topic: str) -> Function | None:
        """The tool that serves exactly this topic."""
        return serving(topic, self.functions)

    def kinds(self, topic: str) -> dict[str, bool]:
        """The contents that a topic's tool takes, and whether each is required."""
        function = self.tool(topic)
        return kinds(function.parameters or {}) if function else {}


def facts_of(state: State, now: datetime) -> Facts:
    """The values for the arguments of tools."""
    chosen = state.chosen
    day = None if state.day is None else datetime.combine(state.day, time(), now.tzinfo)
    return Facts(
        utterance=state.heard.text if state.heard else state.said,
        language=state.language,
        topic=state.task,
        day=None if state.day is None else day_key(state.day, now),
        date=day,
        clock=state.clock,
        name=state.name,
        doctor=state.doctor,
        phone=state.phone,
        part="evening" if state.part == "night" else state.part,
        reference=state.record.reference if state.record else None,
        start=chosen.token if chosen else "",
        address=state.address,
        pincode=state.pincode,
        window=state.window,
        outcome=state.outcome,
    )


def day_key(day: date, now: datetime) -> str:
    """The key of a day's words: by its distance, else its weekday; the date if it is far away."""
    ahead = (day - now.date()).days
    near = {0: "today", 1: "tomorrow"}
    if ahead in near:
        return near[ahead]
    return WEEKDAYS[day.weekday()] if 0 < ahead <= len(WEEKDAYS) else day.isoformat()
