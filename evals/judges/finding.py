"""What a judge found wrong. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Rule = Literal[
    "end",
    "records",
    "outcome",
    "tools",
    "words",
    "sources",
    "one thing",
    "language",
    "read-back",
    "once",
    "replies",
    "speech",
    "model",
]
RULES: Final[tuple[Rule, ...]] = tuple(rule for rule in get_args(Rule) if rule != "model")
"""Rules that are judged without a model, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a call."""

    rule: Rule
    message: str
    turn: int | None = None
    """The number of the turn; None: of the whole call."""

    def __str__(self) -> str:
        place = "" if self.turn is None else f" (turn {self.turn})"
        return f"{self.rule}: {self.message}{place}"
