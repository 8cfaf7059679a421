"""The values of a dialogue: what is known so far, and what is to be said. No logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .opening import Clock
from .rules import Language

Task = Literal["book", "move", "cancel"]
Question = Literal["day", "time", "name", "offer", "confirm", "book", "injury", "more"]
"""What the receptionist asked last: a slot, whether an offered time will do, a confirmation,
whether to book at all, the kind of injury, or whether there is anything else."""


@dataclass(frozen=True, slots=True)
class State:
    """A dialogue as far as it has come; follows from the messages alone."""

    language: Language = "en"
    task: Task | None = None
    asked: Question | None = None
    day: str | None = None
    clock: Clock | None = None
    name: str | None = None
    doctor: str | None = None
    offer: Clock | None = None
    """A time that was offered in place of one when the clinic is closed."""
    injury: str | None = None
    """What the caller has hurt, as far as it was told."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to say: the key of its phrases, and the values that go into them."""

    key: str
    values: Mapping[str, str | Clock] = field(default_factory=dict)
    """`day` and `doctor` by their keys, `time` and `until` as clocks, `name` as it was heard."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one turn of the caller leads to."""

    state: State
    acts: tuple[Act, ...]
    topics: tuple[str, ...] = ()
    """What the turn was about, in the order of the answer."""
