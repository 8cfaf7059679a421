"""The variables of a dispatch, which come from outside."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistants.delivery.parcels.order import Order, order_from
from assistants.delivery.parcels.slots import Slot
from assistants.delivery.tests.conftest import ORDER


def test_an_order_is_read_whole() -> None:
    """What else a dispatch says is not for the call."""
    order = order_from(ORDER | {"crm_id": "77"})
    assert isinstance(order, Order)
    assert order.slot == Slot(date(2026, 12, 1), "evening")
    assert order.as_data() == (
        'order: "TC-48210"\nsender: "Nila Books"\n'
        'planned: "Tuesday 1 December in the evening, 5 p.m. to 8 p.m."\n'
        'pincode: "600020"\naddress: "14 Gandhi Road, Adyar, Chennai"'
    )


def test_the_name_is_not_among_what_the_model_may_know() -> None:
    """It cannot give away what it compares by a tool."""
    assert "Priya" not in Order.model_validate(ORDER).as_data()


def test_an_order_may_be_named_alone() -> None:
    assert order_from({"order_id": "TC-48210", "campaign": "7"}) == "TC-48210"


@pytest.mark.parametrize("missing", sorted(ORDER.keys() - {"sender"}))
def test_what_is_missing_is_named(missing: str) -> None:
    """An order that is described by halves is a mistake of the dispatcher, and not looked up."""
    with pytest.raises(ValueError, match=f"^{missing}: Field required$"):
        order_from({name: value for name, value in ORDER.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order_id", "1; DROP TABLE"),
        ("order_id", "x" * 31),
        ("customer_name", "प्रिया"),
        ("customer_name", "Priya <script>"),
        ("customer_name", "P" * 61),
        ("address", "x" * 161),
        ("pincode", "060020"),
        ("pincode", "60002"),
        ("pincode", "६०००२०"),
        ("slot", "2026-13-01 evening"),
        ("slot", "2026-12-01 17:00"),
        ("slot", "at dusk"),
    ],
)
def test_what_is_wrong_is_named_without_its_value(name: str, value: str) -> None:
    """The message goes to the log."""
    with pytest.raises(ValueError, match=f"^{name}: ") as raised:
        order_from(ORDER | {name: value})
    assert value not in str(raised.value)


@given(st.text(max_size=160))
def test_no_text_leaves_its_line_of_the_data(text: str) -> None:
    """Whatever its characters are, the model sees one JSON string in one line."""
    try:
        order = Order.model_validate(ORDER | {"address": text, "sender": text})
    except ValueError:
        return
    lines = order.as_data().splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "order",
        "sender",
        "planned",
        "pincode",
        "address",
    ]
    assert all(isinstance(json.loads(line.partition(": ")[2]), str) for line in lines)
    assert all(line.isascii() for line in lines)
