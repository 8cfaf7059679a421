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

from .usage import Unit, Usage

_DATA = Path(__file__).with_name("prices.toml")


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


def estimate(usage: Iterable[Usage], table: Mapping[tuple[str, str], Price] | None = None) -> Cost:
    """The cost of all that was used, by currency."""
    table = prices() if table is None else table
    sums: dict[str, float] = {}
    unpriced: dict[str, None] = {}
    dates: list[date] = []
    for used in usage:
        if used.amount <= 0:
            continue
        if (price := table.get((used.model, used.unit))) is None:
            unpriced[used.model] = None
            continue
        cost = used.amount * price.amount / price.per
        sums[price.currency] = sums.get(price.currency, 0.0) + cost
        dates.append(price.as_of)
    return Cost(by_currency=sums, unpriced=tuple(unpriced), as_of=min(dates, default=None))
