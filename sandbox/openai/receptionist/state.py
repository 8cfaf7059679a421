"""The values of a dialogue: its state, and what to say. No logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .opening import Clock
from .rules import Language

Task = Literal["book", "move", "cancel"]
Question = Literal["day", "time", "name", "offer", "confirm", "book", "injury", "more"]
"""The receptionist's last question: for a slot, about an offered time, for a confirmation, whether
to book at all, about the injury, or whether there is anything else."""


@dataclass(frozen=True, slots=True)
class State:
    """The state of a dialogue; it follows from the messages alone."""

    language: Language = "en"
    task: Task | None = None
    asked: Question | None = None
    day: str | None = None
    clock: Clock | None = None
    name: str | None = None
    doctor: str | None = None
    offer: Clock | None = None
    """A time that was offered instead of one when the clinic is closed."""
    injury: str | None = None
    """The kind of injury, if known."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to say: the key of its templates, and their values."""

    key: str
    values: Mapping[str, str | Clock] = field(default_factory=dict)
    """`day` and `doctor` by their keys, `time` and `until` as clocks, `name` as spelled."""


@dataclass(frozen=True, slots=True)
class Step:
    """The result of one turn of the caller."""

    state: State
    acts: tuple[Act, ...]
    topics: tuple[str, ...] = ()
    """The topics of the turn, in the order of the answer."""
