"""The outcome of a call by a JSON schema: from the tools that ran in it. Pure.

A property gets the value of a tool's argument or result of the same name or content; a boolean
says whether the tool that it names did its work; an enumeration gets the value that names the last
tool that wrote something. What nobody said is null, the default, or "unknown".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..receptionist.language import language_of
from ..receptionist.words import folded
from ..schema import Function
from ..tools.arguments import kind_of
from ..tools.choice import topic_of
from ..tools.json_schema import Document, Schema
from ..tools.latin import latin
from ..tools.vocabulary import words_of
from . import results
from .conversation import Event, Heard, Ran, Said

_WRITES = ("book", "move", "cancel", "deliver", "address", "human", "outcome", "verify")
_NOTHING = frozenset(
    {"none", "nothing", "no", "information", "info", "question", "other", "unknown"}
)
_LINE = re.compile(
    r"^(?:(?P<heard>caller|user|customer)|(?P<said>agent|assistant)"
    r"|tool (?P<tool>[\w-]{1,64}) (?P<what>called|gave|failed)):\s*(?P<text>.*)$"
)


@dataclass(frozen=True, slots=True)
class _Call:
    """What is known of a whole call."""

    values: Mapping[str, Any]
    done: tuple[str, ...]
    """Topics of the tools that did their work, in order."""
    summary: str
    language: str


def events_in(text: str) -> list[Event]:
    """The events of a transcript: lines such as "caller: ...", "tool book gave: ..."."""
    events: list[Event] = []
    arguments: dict[str, Mapping[str, Any]] = {}
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        if found["heard"]:
            events.append(Heard(found["text"]))
        elif found["said"]:
            events.append(Said(found["text"]))
        elif found["what"] == "called":
            arguments[found["tool"]] = _arguments(found["text"])
        else:
            failed = "error: " if found["what"] == "failed" else ""
            ran = Ran(found["tool"], arguments.pop(found["tool"], {}), failed + found["text"])
            events.append(ran)
    return events


def outcome(schema: Document, events: Sequence[Event]) -> dict[str, Any]:
    """The outcome of a call."""
    return _object(Schema.of(schema, schema), _call(events))


def _call(events: Sequence[Event]) -> _Call:
    values: dict[str, Any] = {}
    done: list[str] = []
    for event in events:
        if not isinstance(event, Ran):
            continue
        said = {key: value for key, value in event.arguments.items() if value is not None}
        if results.failure(event.result) is not None:
            values = {**said, **values}
            continue
        values |= said | results.fields(event.result)
        topic, _ = topic_of(Function(name=event.name))
        done += [topic] if topic else []
    words = [event.text for event in events if isinstance(event, Heard)]
    language = next((found for text in words if (found := language_of(text, folded(text)))), "en")
    wrote = [topic for topic in done if topic in _WRITES]
    summary = f"{wrote[-1]}: {_listed(values)}" if wrote else (words or ["unknown"])[0]
    return _Call(values, tuple(done), summary, language)


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(str(value) for value in values.values() if isinstance(value, str | int))


def _object(schema: Schema, call: _Call) -> dict[str, Any]:
    return {name: _value(name, inner, call) for name, inner in schema.properties.items()}


def _value(name: str, schema: Schema, call: _Call) -> Any:
    if schema.type == "object" and schema.properties:
        return _object(schema, call)
    if schema.type == "boolean":
        return _is_done(name, schema, call)
    known = _known(name, schema, call)
    if schema.options:
        return _option(schema, known, call)
    if known is not None:
        return _coerced(known, schema)
    if kind_of(name, schema) == "reason":
        return latin(call.summary)
    if kind_of(name, schema) == "language":
        return call.language
    return _unknown(schema)


def _known(name: str, schema: Schema, call: _Call) -> Any:
    """The value of that name or content in the tools' arguments and results."""
    if name in call.values:
        return call.values[name]
    kind = kind_of(name, schema)
    nameless = Schema.of({}, {})
    kinds = {kind_of(key, nameless): value for key, value in call.values.items()}
    if kind in (None, "reason"):
        return None
    if kind in ("day", "time") and kind not in kinds:
        moment = str(kinds.get("moment") or "")
        return (moment[:10] if kind == "day" else moment[11:16]) or None
    return kinds.get(kind)


def _is_done(name: str, schema: Schema, call: _Call) -> bool:
    topic, _ = topic_of(Function(name=name, description=schema.description))
    return topic in call.done if topic else bool(call.done)


def _option(schema: Schema, known: Any, call: _Call) -> Any:
    """The allowed value: the known one, else that of the last thing done, else that for nothing."""
    options = schema.options
    for option in options:
        if known is not None and words_of(str(option)) == words_of(str(known)):
            return option
    for topic in reversed(call.done):
        for option in options:
            if topic_of(Function(name=re.sub(r"\W", "_", str(option))[:64] or "_"))[0] == topic:
                return option
    if schema.nullable:
        return None
    nothing = (option for option in options if not _NOTHING.isdisjoint(words_of(str(option))))
    return next(nothing, options[0])


def _coerced(value: Any, schema: Schema) -> Any:
    if schema.type in ("integer", "number"):
        digits = re.search(r"\d+", str(value))
        return int(digits[0]) if digits else _unknown(schema)
    if schema.type == "array":
        return list(value) if isinstance(value, list | tuple) else [value]
    return latin(str(value)) if schema.type == "string" else value


def _unknown(schema: Schema) -> Any:
    """A valid value for what nobody said."""
    if schema.nullable:
        return None
    if schema.get("default") is not None:
        return schema.get("default")
    if schema.type in ("integer", "number"):
        return schema.get("minimum") or 0
    return {"array": [], "object": {}}.get(schema.type, "unknown")


def _arguments(text: str) -> Mapping[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, Mapping) else {}
