"""What the results of tools say: times, appointments, failures, and words for the caller. Pure.

A result is JSON or text; both are scanned for dates and times in the order in which they stand.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ..receptionist.opening import Clock
from ..receptionist.rules import rules
from ..receptionist.tool_results import speak_results
from ..receptionist.words import folded
from ..tools.vocabulary import vocabulary, words_of
from .prompt import sentences_of
from .scan import Moment, scan

_REFERENCE = re.compile(
    r"\b(?:reference|ref|booking|appointment)(?:\s+(?:number|no\.?|id|is))*\s*[:#]?\s*"
    r"(?P<named>[A-Za-z]*-?\d[\w-]*)|\b(?P<coded>[A-Z]{1,5}-?\d[\w-]*)\b",
    re.IGNORECASE,
)
_FOR_THE_MODEL = re.compile(
    r"\d{4}-\d\d-\d\d|\b(?:0\d|1[3-9]|2[0-3]):[0-5]\d\b|\b(?:caller|tool|write|do not|reference)\b",
    re.IGNORECASE,
)
_ALTERNATIVES = re.compile(r"\b(?:nearest|next|instead|alternativ|other)", re.IGNORECASE)
_ENDS = frozenset(
    {"end", "ends", "until", "to", "close", "closes", "created", "updated", "duration"}
)


@dataclass(frozen=True, slots=True)
class Record:
    """An appointment in a result."""

    reference: str | None = None
    moment: Moment | None = None
    doctor: str | None = None


def moments(content: str, day: date) -> tuple[Moment, ...]:
    """The times in a result; the ends of ranges are left out."""
    found: dict[tuple[date, Clock], Moment] = {}
    for text in _chunks(content):
        doctor = rules().doctors.best(folded(text))
        for moment in scan(text, day, ends=False):
            found.setdefault((moment.day, moment.clock), replace(moment, doctor=doctor))
    return tuple(found.values())


def spans(content: str, day: date) -> tuple[tuple[Clock, Clock], ...]:
    """The opening and closing times in a result, in pairs."""
    clocks = [moment.clock for moment in scan(content, day, ends=True)]
    return tuple(zip(clocks[::2], clocks[1::2], strict=False))


def records(content: str, day: date) -> tuple[Record, ...]:
    """The appointments in a result: a time or a reference, one for each object or line."""
    found = []
    for text in _chunks(content):
        moment = next(scan(text, day, ends=False), None)
        reference = _reference(text)
        if moment or reference:
            found.append(Record(reference, moment, rules().doctors.best(folded(text))))
    return tuple(found)


def failure(content: str) -> str | None:
    """The words of a result that reports a failure, else None."""
    value = _json(content)
    if isinstance(value, Mapping):
        if value.get("error"):
            return _words(value["error"])
        if any(value.get(key) is False for key in ("ok", "success", "booked", "verified")):
            return _words(value)
        if any(value.get(key) is True for key in ("ok", "success", "booked", "verified")):
            return None
    words = _words(value) if value is not None else content
    first = next(iter(sentences_of(words.strip())), "")
    book = vocabulary()
    failed = book.failed.scores(folded(first)) or book.corrects.scores(folded(words))
    return words.strip() if failed else None


def alternatives(content: str, day: date) -> tuple[Moment, ...]:
    """The times that a failure names instead."""
    named = [text for text in sentences_of(content) if _ALTERNATIVES.search(text)]
    return moments("\n".join(named), day)


def is_taken(words: str) -> bool:
    """Whether a failure is about a time that is not free."""
    return bool(vocabulary().taken.scores(folded(words)))


def is_broken(words: str) -> bool:
    """Whether a failure is the tool's own, and no other argument would help."""
    return failure(words) is not None and bool(vocabulary().broken.scores(folded(words)))


def spoken(content: str) -> str:
    """A result's words for the caller; empty for one that has none or instructs the model."""
    words = _words(content if _json(content) is None else _json(content))
    fit = (text for text in sentences_of(words) if not _for_the_model(text))
    return " ".join(fit)


def _for_the_model(text: str) -> bool:
    """Whether a sentence instructs the model, or has the forms of arguments."""
    first = folded(text)[:1]
    instructs = bool(first) and first[0] in vocabulary().instruction
    return instructs or _FOR_THE_MODEL.search(text) is not None


def is_sentence(content: str) -> bool:
    """Whether a result has a sentence for the caller, and not only values."""
    value = _json(content)
    words = spoken(content)
    worded = value is None or (isinstance(value, Mapping) and words in value.values())
    return worded and words[-1:] in ".!?।" and len(words.split()) > 1 if words else False


def fields(content: str) -> dict[str, Any]:
    """The values of a result: those of its objects, or what its text has of an appointment."""
    value = _json(content)
    if value is not None:
        return {
            str(key): inner
            for mapping in _mappings(value)
            for key, inner in mapping.items()
            if isinstance(inner, str | int | float)
        }
    found = re.search(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d", content)
    reference = _reference(content)
    values = {"start": found[0] if found else None, "reference": reference}
    return {key: inner for key, inner in values.items() if inner is not None}


def named(content: str, *keys: str) -> str | None:
    """The value of the first of `keys` in a JSON result, or after "key:" in a text."""
    value = _json(content)
    for key in keys:
        for mapping in _mappings(value):
            for name, inner in mapping.items():
                if key in words_of(str(name)) and isinstance(inner, str) and inner:
                    return inner
        lead = rf"\b{key}\b[^.:;\n]{{0,20}}(?:\bis\b|:|=)\s*"
        found = re.search(lead + r'(?:"([^"\n]+)"|([^.;\n]+))', content, re.IGNORECASE)
        if value is None and found:
            return (found[1] or found[2]).strip()
    return None


def _reference(text: str) -> str | None:
    for found in _REFERENCE.finditer(text):
        code = found["named"] or found["coded"]
        # Without a word before it only a code in capitals is one; "T10" is part of a time.
        if found["named"] or (code.isupper() and not re.fullmatch(r"T\d\d", code)):
            return str(code)
    return None


def _chunks(content: str) -> list[str]:
    """The result's objects as text, or its lines."""
    value = _json(content)
    if value is None:
        return [line for line in content.splitlines() if line.strip()]
    objects = [_flat(mapping) for mapping in _mappings(value) if not _holds_objects(mapping)]
    return objects or [json.dumps(value, ensure_ascii=False)]


def _flat(mapping: Mapping[str, Any]) -> str:
    pairs = (
        f"{'reference' if _is_reference(name) else name}: {json.dumps(inner, ensure_ascii=False)}"
        for name, inner in mapping.items()
        if not _ENDS.intersection(words_of(str(name)))
    )
    return ", ".join(pair.replace('"', "") for pair in pairs)


def _is_reference(name: str) -> bool:
    return name == "id" or vocabulary().properties.best(words_of(name)) == "reference"


def _holds_objects(mapping: Mapping[str, Any]) -> bool:
    return any(isinstance(inner, Mapping) or _has_mapping(inner) for inner in mapping.values())


def _has_mapping(value: object) -> bool:
    listed = isinstance(value, Sequence) and not isinstance(value, str)
    return listed and any(isinstance(item, Mapping) for item in value)  # type: ignore[attr-defined]


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _mappings(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _mappings(inner)


def _json(content: str) -> Any:
    """An object or a list in JSON or, as LiveKit writes a dict, in Python's notation."""
    for read in (json.loads, ast.literal_eval) if content.lstrip()[:1] in ("{", "[") else ():
        try:
            value = read(content)
        except (ValueError, SyntaxError):
            continue
        return value if isinstance(value, dict | list) else None
    return None


def _words(value: object) -> str:
    return speak_results([value if isinstance(value, str) else json.dumps(value)])
