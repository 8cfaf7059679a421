"""Estimates what a call cost: what was used, times list prices. Data: prices.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_DATA = Path(__file__).with_name("prices.toml")

Unit = Literal["characters", "seconds", "input_tokens", "cached_tokens", "output_tokens"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """An amount of one thing that a provider bills.

    `input_tokens` are those that were not cached.
    """

    model: str
    unit: Unit
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An estimate."""

    by_currency: Mapping[str, float] = field(default_factory=dict)
    unpriced: tuple[str, ...] = ()
    """Models that were used and have no price in the table."""
    as_of: date | None = None
    """The oldest price that went into it."""

    def __str__(self) -> str:
        known = [f"{amount:.4f} {currency}" for currency, amount in self.by_currency.items()]
        text = " + ".join(known) or "nothing"
        if self.as_of:
            text += f" (list prices, the oldest of {self.as_of:%B %Y})"
        if self.unpriced:
            text += f", without {', '.join(self.unpriced)}"
        return text


class Price(BaseModel):
    """One line of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    unit: Unit
    per: float = Field(gt=0)
    amount: float = Field(ge=0)
    currency: Literal["INR", "USD"]
    as_of: date
    source: str


@cache
def prices() -> Mapping[tuple[str, str], Price]:
    """The table by model and unit."""
    lines = tomllib.loads(_DATA.read_text(encoding="utf-8"))["price"]
    return {(price.model, price.unit): price for price in map(Price.model_validate, lines)}


def estimate(used: Iterable[Used], table: Mapping[tuple[str, str], Price] | None = None) -> Cost:
    """The cost of all that was used, by currency."""
    table = prices() if table is None else table
    sums: dict[str, float] = {}
    unpriced: dict[str, None] = {}
    dates: list[date] = []
    for use in used:
        if use.amount <= 0:
            continue
        if (price := table.get((use.model, use.unit))) is None:
            unpriced[use.model] = None
            continue
        sums[price.currency] = sums.get(price.currency, 0.0) + use.amount * price.amount / price.per
        dates.append(price.as_of)
    return Cost(by_currency=sums, unpriced=tuple(unpriced), as_of=min(dates, default=None))
