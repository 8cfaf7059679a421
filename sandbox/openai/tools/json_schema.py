"""The part of JSON Schema that the arguments of tools use. Pure.

References within the document, alternatives with null (optional properties of strict schemas),
enumerations, constants and defaults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema of a document, with its reference followed and its alternative chosen."""

    body: Document
    root: Document
    nullable: bool = False

    @classmethod
    def of(cls, body: object, root: Document) -> Schema:
        """Read a schema; one that is no object allows anything."""
        if not isinstance(body, Mapping):
            return cls({}, root)
        target = _target(body.get("$ref"), root)
        if target is not None:
            rest = {key: value for key, value in body.items() if key != "$ref"}
            return cls.of({**target, **rest}, root)
        for key in ("anyOf", "oneOf", "allOf"):
            alternatives = body.get(key)
            if isinstance(alternatives, Sequence) and alternatives:
                return cls._alternative(body, key, root)
        types = body.get("type")
        return cls(body, root, types == "null" or (isinstance(types, list) and "null" in types))

    @classmethod
    def _alternative(cls, body: Document, key: str, root: Document) -> Schema:
        read = [cls.of(alternative, root) for alternative in body[key]]
        chosen = next((schema for schema in read if schema.type != "null"), read[0])
        rest = {name: value for name, value in body.items() if name != key}
        nullable = key != "allOf" and any(schema.nullable for schema in read)
        return cls({**chosen.body, **rest}, root, nullable)

    @property
    def type(self) -> str:
        """The type, or the first of several that is not null."""
        types = self.body.get("type")
        if isinstance(types, list):
            return next((str(name) for name in types if name != "null"), "null")
        return str(types or ("object" if "properties" in self.body else "string"))

    @property
    def options(self) -> tuple[Any, ...]:
        """The allowed values, if they are listed."""
        listed = self.body.get("enum", ())
        return (self.body["const"],) if "const" in self.body else tuple(listed)

    @property
    def description(self) -> str:
        """The description; empty if there is none."""
        return str(self.body.get("description", ""))

    @property
    def items(self) -> Schema:
        """The schema of an array's items."""
        return Schema.of(self.body.get("items"), self.root)

    @property
    def properties(self) -> dict[str, Schema]:
        """The schemas of an object's properties."""
        properties = self.body.get("properties")
        if not isinstance(properties, Mapping):
            return {}
        return {str(name): Schema.of(inner, self.root) for name, inner in properties.items()}

    @property
    def required(self) -> tuple[str, ...]:
        """The names of an object's required properties."""
        return tuple(self.body.get("required", ()))

    def get(self, keyword: str) -> Any:
        """The value of any other keyword; None without it."""
        return self.body.get(keyword)


def _target(reference: object, root: Document) -> Document | None:
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    target: Any = root
    for step in reference[2:].split("/"):
        target = target.get(step) if isinstance(target, Mapping) else None
    return target if isinstance(target, Mapping) else {}
