"""What a call used of each provider, in the units of its bill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["characters", "seconds", "input_tokens", "cached_tokens", "output_tokens"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """An amount of one thing that a provider bills.

    `input_tokens` are those that were not cached.
    """

    model: str
    unit: Unit
    amount: float
