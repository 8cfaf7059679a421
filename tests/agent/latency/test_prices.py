"""What a call cost, about."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from agent.latency.prices import Cost, Price, estimate, prices
from agent.latency.usage import Usage

PRICE = {
    "model": "m", "unit": "seconds", "per": 60, "amount": 0.5, "currency": "USD",
    "as_of": date(2026, 3, 1), "source": "https://example.com",
}  # fmt: skip


def test_costs_are_added_by_currency_and_never_guessed() -> None:
    """What has no price is named; currencies are not mixed."""
    cost = estimate(
        [
            Usage(model="bulbul:v3", unit="characters", amount=2_000),
            Usage(model="gpt-4.1-mini", unit="input_tokens", amount=1_000_000),
            Usage(model="gpt-4.1-mini", unit="output_tokens", amount=500_000),
            Usage(model="nova-3", unit="seconds", amount=600),
            Usage(model="bulbul:v9", unit="characters", amount=10),
            Usage(model="sonic-3", unit="characters", amount=0),
        ]
    )
    assert cost.by_currency == pytest.approx({"INR": 6.0, "USD": 0.40 + 0.80 + 0.048})
    assert cost.unpriced == ("bulbul:v9",)
    assert "without bulbul:v9" in str(cost)


def test_every_price_is_dated_and_has_a_source() -> None:
    """The table is data that goes stale; one line for each model and unit."""
    for price in prices().values():
        assert date(2025, 1, 1) < price.as_of
        assert price.source.startswith("https://")


def test_an_estimate_is_as_old_as_its_oldest_price() -> None:
    """Prices that were not used do not age it; nothing used costs nothing."""
    old = Price.model_validate(PRICE)
    new = Price.model_validate(PRICE | {"model": "n", "as_of": date(2026, 9, 1)})
    table = {(price.model, price.unit): price for price in (old, new)}
    both = [Usage(model=name, unit="seconds", amount=60) for name in "mn"]
    assert estimate(both, table).as_of == old.as_of
    assert estimate(both[1:], table) == Cost(by_currency={"USD": 0.5}, as_of=new.as_of)
    assert str(estimate(both, table)) == "1.0000 USD (list prices, the oldest of March 2026)"
    assert str(estimate([], table)) == "nothing"


@pytest.mark.parametrize(
    "wrong", [{"per": 0}, {"amount": -1}, {"unit": "words"}, {"currency": "EUR"}, {"note": "new"}]
)
def test_a_line_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    """The table is edited by hand."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Price.model_validate(PRICE | wrong)
