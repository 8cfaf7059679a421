"""Which of the tools on offer a reply calls: pure."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from sandbox.openai.receptionist import Message, answer
from sandbox.openai.schema import Function
from sandbox.openai.tools import choose_calls
from sandbox.openai.tools.choice import topic_of

NOW = datetime(2026, 3, 4, 11, 0)  # noqa: DTZ001 (the clinic's own time)


def function(name: str, description: Any = "", required: Any = ()) -> Any:
    """A function with required texts for parameters."""
    properties = {key: {"type": "string"} for key in required}
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return Function(name=name, description=description, parameters=parameters)


BOOK = function("book_appointment", "Book an appointment", ("day", "time", "name"))
SLOTS = function("check_availability", "Free slots of a day", ("date",))
CANCEL = function("cancel_appointment", "Cancel a booked appointment", ("name",))
HOURS = function("get_opening_hours", "When the clinic is open")
TRANSFER = function("transfer_to_human", "Hand over to a person", ("reason",))
HANG_UP = function("end_call", "Ends the call when the caller says goodbye")
WEATHER = function("lookup_weather", "Weather of a place", ("location",))
ALL = [SLOTS, BOOK, CANCEL, HOURS, TRANSFER, HANG_UP, WEATHER]


def called(*texts: Any, functions: Any = ALL, **how: Any) -> Any:
    """The calls of the last reply; earlier utterances are answered in words."""
    messages = []
    for text in texts:
        messages.append(Message("user", text))
        reply = answer(messages, NOW)
        messages.append(Message("assistant", reply.text))
    return [
        (name, json.loads(arguments))
        for name, arguments in choose_calls(reply, functions, NOW, **how)
    ]


@pytest.mark.parametrize(
    ("offered", "topic"),
    [
        (BOOK, "book"),
        (SLOTS, "slots"),
        (CANCEL, "cancel"),
        (HOURS, "hours"),
        (TRANSFER, "human"),
        (HANG_UP, "goodbye"),
        (WEATHER, None),
        (function("rescheduleAppointment"), "move"),
        (function("x", "Tells the consultation fees"), "fees"),
        (function("get_directions"), "directions"),
    ],
)
def test_a_function_is_known_by_its_words(offered: Any, topic: str | None) -> None:
    """Its name says more than its description."""
    assert topic_of(offered)[0] == topic


@pytest.mark.parametrize(
    ("texts", "calls"),
    [
        (["are you open on sunday"], [("get_opening_hours", {})]),
        (
            ["book for tomorrow at ten", "ravi"],
            [("book_appointment", {"day": "tomorrow", "time": "10 a.m.", "name": "Ravi"})],
        ),
        (["cancel my appointment", "sharma"], [("cancel_appointment", {"name": "Sharma"})]),
        (["talk to a human"], [("transfer_to_human", {"reason": "talk to a human"})]),
        (["bye"], [("end_call", {})]),
        (["what is the weather in pune"], [("lookup_weather", {"location": "pune"})]),
        (
            ["मुझे कल दस बजे अपॉइंटमेंट चाहिए", "मेरा नाम रवि है"],
            [("book_appointment", {"day": "tomorrow", "time": "10 a.m.", "name": "Ravi"})],
        ),
        (["i want an appointment"], []),
        (["hello"], []),
        (["purple elephant"], []),
        (["how much is the fee"], []),
    ],
)
def test_a_tool_is_called_when_it_fits_and_can_be_filled(
    texts: list[str], calls: list[tuple[Any, ...]]
) -> None:
    """Otherwise the reply is text."""
    assert called(*texts) == calls


def test_a_tool_that_needs_less_is_called_earlier() -> None:
    """If free slots are all there is, the day is enough."""
    assert called("an appointment tomorrow", functions=[SLOTS]) == [
        ("check_availability", {"date": "tomorrow"})
    ]


def test_a_reservation_without_a_time_is_no_appointment() -> None:
    """A shop's tool is called by its name, whatever the words mean to a clinic."""
    reserve = function("reserve", "Reserve an item for a caller", ("item", "name"))
    assert topic_of(reserve) == (None, 0.0)
    ((name, arguments),) = called("Please reserve a pen for Asha.", functions=[reserve])
    assert name == "reserve"
    assert set(arguments) == {"item", "name"}
    assert called("I want an appointment", functions=[reserve]) == []


def test_the_choice_rules_over_the_fit() -> None:
    """None, at least one, and not more than one at a time."""
    assert called("are you open", choice="none") == []
    assert called("are you open", functions=[]) == []
    assert called("hello", choice="required") == [("get_opening_hours", {})]
    assert called("i want to book", choice="required")[0][0] == "book_appointment"
    both = ("what are your hours", "what are your hours and can i talk to a human")
    assert len(called(*both)) <= 2
    assert len(called(*both, parallel=False)) == 1


def test_nothing_is_called_for_the_result_of_a_tool() -> None:
    """A tool's result is spoken, not passed to another tool."""
    messages = [
        Message("user", "are you open"),
        Message("assistant", "", ("get_opening_hours",)),
        Message("tool", "We are open, book an appointment."),
    ]
    assert choose_calls(answer(messages, NOW), ALL, NOW) == []
