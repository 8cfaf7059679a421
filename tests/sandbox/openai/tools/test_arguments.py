"""Arguments by JSON schema from what was said: pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sandbox.openai.receptionist.opening import Clock
from sandbox.openai.tools import Facts, fill
from sandbox.openai.tools.arguments import missing
from sandbox.openai.tools.json_schema import Schema

FACTS = Facts(
    utterance="an appointment for 2 people please, my number is 98765 43210",
    language="hi",
    topic="book",
    day="monday",
    date=datetime(2026, 3, 9, 11, 0),  # noqa: DTZ001 (the clinic's own time)
    clock=Clock(17, 30),
    name="Ravi",
    doctor="rao",
)
NOTHING = Facts(utterance="hello", language="en")


def filled(schema: Any, facts: Any = FACTS, name: str = "thing") -> Any:
    """The value for one required property of that schema."""
    root = {"type": "object", "properties": {name: schema}, "required": [name]}
    return fill(root, facts)[name]


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("day", {"type": "string"}, "Monday"),
        ("appointment_date", {"type": "string", "format": "date"}, "2026-03-09"),
        ("date", {"type": "string", "description": "As YYYY-MM-DD"}, "2026-03-09"),
        ("time", {"type": "string"}, "5:30 p.m."),
        ("preferredTime", {"type": "string", "description": "HH:MM, 24 hours"}, "17:30"),
        ("date_time", {"type": "string"}, "2026-03-09T17:30:00"),
        ("time", {"type": "string", "format": "date-time"}, "2026-03-09T17:30:00"),
        ("patient_name", {"type": "string"}, "Ravi"),
        ("doctor_name", {"type": "string"}, "Dr. Rao"),
        ("doctor", {"type": "string", "enum": ["dr_iyer", "dr_rao"]}, "dr_rao"),
        ("phone_number", {"type": "string"}, "98765 43210"),
        ("language", {"type": "string"}, "Hindi"),
        ("language", {"type": "string", "enum": ["en", "hi", "ta"]}, "hi"),
        ("language", {"type": "string", "description": "BCP 47 code"}, "hi"),
        ("category", {"type": "string"}, "book"),
        ("reason", {"type": "string"}, FACTS.utterance),
        ("people", {"type": "integer"}, 2),
        ("people", {"type": "integer", "minimum": 3}, 3),
        ("people", {"type": "number", "maximum": 1}, 1),
        ("x", {"type": "string", "description": "Name of the patient"}, "Ravi"),
        ("confirm", {"type": "boolean"}, True),
        ("tags", {"type": "array", "items": {"type": "string"}}, []),
        ("codes", {"type": "array", "items": {"enum": [7]}, "minItems": 1}, [7]),
        ("level", {"type": "integer", "default": 4}, 4),
        ("kind", {"const": "visit"}, "visit"),
        ("who", {"properties": {"name": {}}, "required": ["name"]}, {"name": "Ravi"}),
        ("anything", {}, FACTS.utterance),
        ("nothing", {"type": ["integer", "null"]}, None),
    ],
)  # fmt: skip
def test_a_property_is_filled_in_the_form_it_asks_for(
    name: str, schema: dict[str, Any], value: Any
) -> None:
    """By the words of its name or description, its type and its format."""
    assert filled(schema, name=name) == value


def test_what_is_not_known_and_not_required_is_left_out() -> None:
    """An optional property is there only if the caller said something for it."""
    schema = {"properties": {"day": {"type": "string"}, "count": {"type": "integer"}}}
    assert fill(schema, NOTHING) == {}
    assert fill(schema, FACTS) == {"day": "Monday"}


def test_references_and_alternatives_are_followed() -> None:
    """Strict schemas write optional properties as alternatives with null."""
    schema = {
        "$defs": {"Doctor": {"type": "string", "enum": ["rao", "iyer"]}},
        "type": "object",
        "properties": {
            "doctor": {"$ref": "#/$defs/Doctor"},
            "name": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "age": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        },
        "required": ["doctor", "name", "age"],
    }
    assert fill(schema, FACTS) == {"doctor": "rao", "name": "Ravi", "age": None}
    assert fill(schema, NOTHING) == {"doctor": "rao", "name": None, "age": None}


@pytest.mark.parametrize(
    "schema", [{}, {"type": "object"}, {"properties": "none"}, {"$ref": "#/no"}]
)
def test_schemas_that_say_nothing_give_no_arguments(schema: dict[str, Any]) -> None:
    """A function may have no parameters, and a broken schema breaks nothing."""
    assert fill(schema, FACTS) == {}


def test_what_the_caller_is_to_be_asked_for() -> None:
    """Only required day, time and name that are neither known nor nullable."""
    schema = {
        "properties": {
            "day": {"type": "string"},
            "time": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "name": {"type": "string"},
            "reason": {"type": "string"},
            "date_of_birth": {"type": "string"},
        },
        "required": ["day", "time", "name", "reason"],
    }
    assert missing(schema, NOTHING) == ("day", "name")
    assert missing(schema, FACTS) == ()


def test_a_schema_knows_its_type_behind_alternatives() -> None:
    """The first alternative that is not null decides, with what stands beside it."""
    body = {"anyOf": [{"type": "null"}, {"type": "integer"}], "description": "how many"}
    schema = Schema.of(body, body)
    assert (schema.type, schema.nullable, schema.description) == ("integer", True, "how many")
    assert Schema.of(True, {}).type == "string"
