"""Input that comes with a call: metadata of its dispatch and room, its caller's attributes.

All of this is hostile until it has passed a schema of this file; no other module reads it. Invalid
fields are dropped one by one, and the settings apply instead.

- `CallMetadata` comes from a holder of the API secret: a backend, or a dispatch rule.
- `CallerAttributes` may come from the caller: a page, or LiveKit's SIP.

A field that a caller must not set belongs in `CallMetadata`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
)
from pydantic_core import from_json

from ..config.languages import Language, find
from ..config.number_languages import digits

logger = logging.getLogger(__name__)

MAX_METADATA: Final = 16_384
"""Characters of metadata that are read; LiveKit's server takes 64 KiB."""
_MAX_LOGGED: Final = 24
"""Characters of an invalid value that are logged."""
_MAX_NUMBER: Final = 40
"""Characters of a telephone number as it is written; E.164 has at most 15 digits."""

_JOINERS: Final = "\u200c\u200d"
"""Zero-width (non-)joiners, with which Indian scripts spell."""


def _known_language(value: object) -> Language | None:
    """A language of the table: nothing else can reach a prompt or a provider."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004
    if not value.strip():
        return None
    if (language := find(value)) is None:
        raise ValueError("is not a language in agent/config/languages.toml")
    return language


def _on_one_line(text: str) -> str:
    """Without what is not seen: a line of its own, or a change of the direction of writing, could
    pass for another part of a prompt."""
    seen = (letter if letter.isprintable() or letter in _JOINERS else " " for letter in text)
    return " ".join("".join(seen).split())


Variables = Annotated[
    dict[
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")],
        Annotated[str, Field(max_length=500), AfterValidator(_on_one_line)],
    ],
    Field(max_length=32),
]
"""Short texts by name, each on one line."""


class _CallInput(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    language: Annotated[Language | None, PlainValidator(_known_language)] = None
    """The language to begin the call in: "hi-IN", "hi"."""


class CallMetadata(_CallInput):
    """JSON of a dispatch or a room. Unknown keys are ignored."""

    assistant: Annotated[str, Field(max_length=100)] | None = None
    """The assistant that answers the call: the name of its folder."""
    variables: Variables | None = None
    """What the assistant is to know of this call, such as an order's number."""


class CallerAttributes(_CallInput):
    """Attributes of the participant who calls. Unknown ones are ignored."""

    called: Annotated[str, BeforeValidator(digits), Field(max_length=_MAX_NUMBER)] = Field(
        "", alias="sip.trunkPhoneNumber"
    )
    """Digits of our number that was called (LiveKit's documentation of SIP attributes)."""


Input = TypeVar("Input", bound=_CallInput)


def read_metadata(*texts: str) -> CallMetadata:
    """Read the metadata of a dispatch and its room. For each field the first source counts.

    Args:
        texts: Metadata, best first. Anything but a JSON object is ignored.
    """
    problems: list[str] = []
    sources = [_from_json(text, problems) for text in texts]
    _report(problems, "the metadata of a call is not valid")
    fields = {k: v for source in reversed(sources) for k, v in source if v is not None}
    return CallMetadata.model_construct(**fields)


def read_attributes(attributes: Mapping[str, str]) -> CallerAttributes:
    """Read the attributes of a caller."""
    problems: list[str] = []
    valid = _valid_fields(CallerAttributes, attributes, problems)
    _report(problems, "the attributes of a caller are not valid")
    return valid


def _from_json(text: str, problems: list[str]) -> CallMetadata:
    if len(text) > MAX_METADATA:
        problems.append(f"more than {MAX_METADATA} characters")
        return CallMetadata()
    try:
        # Unlike `json`, this parser limits the depth, and makes no number of a million digits.
        content = from_json(text.encode(errors="replace"))
    except ValueError:
        # Other text is someone else's metadata; an unclosed brace is broken JSON for this agent.
        if text.lstrip().startswith(("{", "[")):
            problems.append("is not valid JSON")
        return CallMetadata()
    if not isinstance(content, dict):
        return CallMetadata()
    return _valid_fields(CallMetadata, content, problems)


def _valid_fields(model: type[Input], content: Mapping[str, Any], problems: list[str]) -> Input:
    """The valid fields of the model; the others become problems."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        wrong = {str(e["loc"][0]): e["msg"] for e in error.errors(include_input=False)}
    problems += [
        f"{name} {why.removeprefix('Value error, ')}: {_shown(content[name])}"
        for name, why in wrong.items()
    ]
    return model.model_validate({k: v for k, v in content.items() if k not in wrong})


def _shown(value: object) -> str:
    """The beginning of a value, in ASCII: enough to find the error."""
    if not isinstance(value, str):
        return type(value).__name__
    return ascii(value[:_MAX_LOGGED]) + ("..." if len(value) > _MAX_LOGGED else "")


def _report(problems: Sequence[str], message: str) -> None:
    """Log all problems in one warning."""
    if problems:
        logger.warning(message, extra={"problems": list(problems), "look_at": "AGENT_LANGUAGE"})
