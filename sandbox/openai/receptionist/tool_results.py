"""Speaks the results of tools. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

_TEXT_FIELDS = ("message", "text", "answer", "summary", "result", "output", "content")
"""Fields of a JSON object with a sentence for the caller; the first one present is spoken."""
_NOTHING = frozenset({"", "null", "none", "ok", "true", "success", "done", "{}", "[]"})


def speak_results(contents: Iterable[str]) -> str:
    """The contents of tool messages as one text; empty if they have nothing to say."""
    return " ".join(said for said in map(_spoken, contents) if said)


def _spoken(content: str) -> str:
    content = content.strip()
    if content.casefold() in _NOTHING:
        return ""
    try:
        value = json.loads(content)
    except ValueError:
        return content
    return _words(value)


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        for name in _TEXT_FIELDS:
            if isinstance(value.get(name), str) and value[name]:
                return str(value[name])
        pairs = ((str(key).replace("_", " "), _words(inner)) for key, inner in value.items())
        said = ", ".join(f"{key} {words}" for key, words in pairs if words)
        return f"{said}." if said else ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(words for words in map(_words, value) if words)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
