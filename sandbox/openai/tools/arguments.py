"""Arguments for a function by its JSON schema, from what the caller said. Pure.

A property is identified by the words of its name, else of its description; facts of the
conversation (day, time, name, doctor, ...) fill it in the form of its schema. An unknown property
is omitted if it is optional, else it is null, the default, or the caller's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from ..receptionist import Answer
from ..receptionist.opening import DAYS, Clock, date_of
from ..receptionist.templates import say_clock, say_doctor
from ..receptionist.words import folded
from .json_schema import Document, Schema
from .vocabulary import vocabulary, words_of

ASKED_FOR = frozenset({"moment", "day", "time", "name", "phone", "address", "pincode"})
"""Contents of properties for which the caller is asked."""
_LANGUAGES: Mapping[str, str] = {"en": "English", "hi": "Hindi", "ta": "Tamil"}
_ISO_DATE = re.compile(r"yyyy|iso\b|\d{4}-\d\d-\d\d", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:in|at|of|near)\s+([^\W\d_]+(?:\s+[^\W\d_]+)?)\s*[?.]?$", re.IGNORECASE)
_PHONE = re.compile(r"\d[\d\s-]{6,}\d")
_WHOLE_DAY = frozenset({"any", "all", "whole", "anytime"})


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a conversation, as values of the dialogue."""

    utterance: str
    """The caller's last words, else the reply."""
    language: str
    topic: str | None = None
    day: str | None = None
    date: datetime | None = None
    clock: Clock | None = None
    name: str | None = None
    doctor: str | None = None
    phone: str | None = None
    part: str | None = None
    reference: str | None = None
    start: str = ""
    """The ISO form of the day and the time as a tool's result has it."""
    address: str | None = None
    pincode: str | None = None
    window: str | None = None
    """When something is delivered, as a tool or its schema words it."""
    outcome: str | None = None

    @classmethod
    def of(cls, answer: Answer, now: datetime) -> Facts:
        """The facts behind a reply."""
        state, heard = answer.state, answer.heard
        # The state takes no day from a question about one ("are you open on sunday").
        day = heard.day if heard and heard.day in DAYS else state.day
        return cls(
            utterance=heard.text if heard else answer.text,
            language=answer.language,
            topic=answer.topics[0] if answer.topics else state.task,
            day=day,
            date=date_of(day, now) if day else None,
            clock=state.clock,
            name=state.name,
            doctor=state.doctor,
        )


def missing(parameters: Document, facts: Facts) -> tuple[str, ...]:
    """Required properties for which the caller must be asked first."""
    schema = Schema.of(parameters, parameters)
    return tuple(
        name
        for name, inner in schema.properties.items()
        if name in schema.required
        and not inner.nullable
        and kind_of(name, inner) in ASKED_FOR
        and _known(name, inner, facts) is None
    )


def kinds(parameters: Document) -> dict[str, bool]:
    """The contents of a function's properties, and whether each is required."""
    schema = Schema.of(parameters, parameters)
    found: dict[str, bool] = {}
    for name, inner in schema.properties.items():
        kind = kind_of(name, inner)
        if kind is not None:
            required = name in schema.required and not inner.nullable
            found[kind] = found.get(kind, False) or required
    return found


def options(parameters: Document, kind: str) -> tuple[Any, ...]:
    """The values that a function allows for a content; empty if it lists none."""
    schema = Schema.of(parameters, parameters)
    return next(
        (
            inner.options
            for name, inner in schema.properties.items()
            if kind_of(name, inner) == kind
        ),
        (),
    )


def fill(parameters: Document, facts: Facts) -> dict[str, Any]:
    """Arguments for an object's schema, with all that are required."""
    return _object(Schema.of(parameters, parameters), facts)


def _object(schema: Schema, facts: Facts) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name, inner in schema.properties.items():
        value = _known(name, inner, facts)
        if value is not None:
            filled[name] = value
        elif name in schema.required:
            filled[name] = _fallback(inner, facts)
    return filled


def _known(name: str, schema: Schema, facts: Facts) -> Any:
    """The value of a property in the conversation; None if it has none."""
    kind = kind_of(name, schema)
    said = _said(kind, schema, facts)
    if schema.options and kind == "part" and said is None:
        return None
    if schema.options:
        return _option(schema.options, said or facts.utterance)
    return said if schema.type == "string" else None


def kind_of(name: str, schema: Schema) -> str | None:
    """The content of a property: a key of `[properties]` in words.toml."""
    return _content(name, schema.description)


@lru_cache(maxsize=1024)
def _content(name: str, description: str) -> str | None:
    properties = vocabulary().properties
    return properties.best(words_of(name)) or properties.best(folded(description))


def _said(kind: str | None, schema: Schema, facts: Facts) -> str | None:
    return _SAYERS[kind](schema, facts) if kind else None


def _moment(schema: Schema, facts: Facts) -> str | None:
    if facts.start:
        return facts.start
    if facts.date is None or facts.clock is None:
        return None
    moment = facts.date.replace(
        hour=facts.clock.hour, minute=facts.clock.minute, second=0, microsecond=0
    )
    # Only a "date-time" of JSON Schema has an offset (RFC 3339); people say none.
    zoned = schema.get("format") == "date-time"
    return (moment if zoned else moment.replace(tzinfo=None)).isoformat()


def _day(schema: Schema, facts: Facts) -> str | None:
    if facts.date is None or facts.day is None:
        return None
    if schema.get("format") == "date-time":
        return _moment(schema, facts)
    if schema.get("format") == "date" or re.search(_ISO_DATE, schema.description):
        return facts.date.date().isoformat()
    relative = facts.day in ("today", "tomorrow")
    return facts.day if relative else f"{facts.date:%A}"


def _time(schema: Schema, facts: Facts) -> str | None:
    """A time of day; of a delivery, its window."""
    if facts.window:
        return facts.window
    if facts.clock is None:
        return None
    if schema.get("format") == "date-time":
        return _moment(schema, facts)
    if schema.get("format") == "time" or re.search("hh:mm|24", schema.description, re.IGNORECASE):
        return f"{facts.clock.hour:02}:{facts.clock.minute:02}"
    return say_clock(facts.clock, "en")


def _language(schema: Schema, facts: Facts) -> str:
    by_code = re.search("code|iso|bcp", schema.description, re.IGNORECASE) is not None
    coded = by_code or facts.language in schema.options
    return facts.language if coded else _LANGUAGES[facts.language]


def _place(_: Schema, facts: Facts) -> str | None:
    found = _PLACE.search(facts.utterance)
    return found[1] if found else None


def _phone(_: Schema, facts: Facts) -> str | None:
    if facts.phone:
        return facts.phone
    found = _PHONE.search(facts.utterance)
    return found[0] if found else None


_SAYERS: Mapping[str, Callable[[Schema, Facts], str | None]] = {
    "moment": _moment,
    "day": _day,
    "time": _time,
    "name": lambda _, facts: facts.name,
    "doctor": lambda _, facts: say_doctor(facts.doctor, "en") if facts.doctor else None,
    "part": lambda _, facts: facts.part,
    "reference": lambda _, facts: facts.reference,
    "address": lambda _, facts: facts.address,
    "pincode": lambda _, facts: facts.pincode,
    "outcome": lambda _, facts: facts.outcome,
    "language": _language,
    "topic": lambda _, facts: facts.topic,
    "reason": lambda _, facts: facts.utterance,
    "place": _place,
    "phone": _phone,
}


def _option(options: tuple[Any, ...], said: str) -> Any:
    """The allowed value whose words were said; None if none was."""
    words = set(folded(said))
    for option in options:
        wanted = words_of(str(option))
        if wanted and words.issuperset(wanted):
            return option
    return None


def _fallback(schema: Schema, facts: Facts) -> Any:
    """A valid value for a required property whose value is unknown."""
    if schema.nullable:
        return None
    if schema.get("default") is not None:
        return schema.get("default")
    if schema.options:
        whole = (option for option in schema.options if str(option) in _WHOLE_DAY)
        return next(whole, schema.options[0])
    if schema.type in ("integer", "number"):
        return _number(schema, facts)
    if schema.type == "array":
        return [_fallback(schema.items, facts)] if schema.get("minItems") else []
    if schema.type == "object":
        return _object(schema, facts)
    return True if schema.type == "boolean" else facts.utterance


def _number(schema: Schema, facts: Facts) -> int:
    """The first number that was said, within the schema's bounds."""
    said = next((int(word) for word in folded(facts.utterance) if word.isdecimal()), 0)
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    said = said if lowest is None else max(said, int(lowest))
    return said if highest is None else min(said, int(highest))
