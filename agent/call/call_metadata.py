"""What comes with a call from outside: metadata of its dispatch and room, its caller's attributes.

All of this is hostile until it has passed a schema of this file; no other module reads it. What
does not pass is dropped, field by field, and the settings apply instead.

- `CallMetadata` comes from a holder of the API secret: a backend, or a dispatch rule.
- `CallerAttributes` may come from the caller: a page, or LiveKit's SIP.

Add a field where it can be trusted: a caller cannot set one of `CallMetadata`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError
from pydantic_core import from_json

from ..config.languages import Language, find
from ..config.number_languages import digits

logger = logging.getLogger(__name__)

LONGEST: Final = 16_384
"""Characters of metadata that are read; LiveKit's server takes 64 KiB."""
_SHOWN: Final = 24
"""Characters of a wrong value that are logged."""
_LONGEST_NUMBER: Final = 40
"""Characters of a telephone number however it is written; E.164 has at most 15 digits."""


def _known(value: object) -> Language | None:
    """A language of the table, so that nothing else can reach a prompt or a provider."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("is no text")  # noqa: TRY004
    if not value.strip():
        return None
    if (found := find(value)) is None:
        raise ValueError("is no language of agent/config/languages.toml")
    return found


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    language: Annotated[Language | None, PlainValidator(_known)] = None
    """To begin the call in: "hi-IN", "hi"."""


class CallMetadata(_Given):
    """JSON of a dispatch or a room. Other keys are for others."""


class CallerAttributes(_Given):
    """Attributes of the participant who calls. Others are for others."""

    called: Annotated[str, BeforeValidator(digits), Field(max_length=_LONGEST_NUMBER)] = Field(
        "", alias="sip.trunkPhoneNumber"
    )
    """Digits of our number that was called (LiveKit's documentation of SIP attributes)."""


Given = TypeVar("Given", bound=_Given)


def read_metadata(*texts: str) -> CallMetadata:
    """What the dispatch and the room say of a call; where both say something, the first counts.

    Args:
        texts: Metadata, best first. What is not a JSON object is for others.
    """
    problems: list[str] = []
    read = [_from_json(text, problems) for text in texts]
    _report(problems, "the metadata of a call does not fit")
    given = {name: value for one in reversed(read) for name, value in one if value is not None}
    return CallMetadata.model_construct(**given)


def read_attributes(attributes: Mapping[str, str]) -> CallerAttributes:
    """What the attributes of a caller say of a call."""
    problems: list[str] = []
    read = _checked(CallerAttributes, attributes, problems)
    _report(problems, "the attributes of a caller do not fit")
    return read


def _from_json(text: str, problems: list[str]) -> CallMetadata:
    if len(text) > LONGEST:
        problems.append(f"more than {LONGEST} characters")
        return CallMetadata()
    try:
        # Not `json`: this one ends at a depth of its own, and makes no number of a million digits.
        content = from_json(text.encode(errors="replace"))
    except ValueError:
        # Words are for others; a brace that is never closed was meant for us.
        if text.lstrip().startswith(("{", "[")):
            problems.append("is no JSON")
        return CallMetadata()
    return (
        _checked(CallMetadata, content, problems) if isinstance(content, dict) else CallMetadata()
    )


def _checked(model: type[Given], content: Mapping[str, Any], problems: list[str]) -> Given:
    """What fits the model; the rest becomes problems."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        wrong = {str(one["loc"][0]): one["msg"] for one in error.errors(include_input=False)}
    problems += [
        f"{name} {why.removeprefix('Value error, ')}: {_shown(content[name])}"
        for name, why in wrong.items()
    ]
    return model.model_validate({k: v for k, v in content.items() if k not in wrong})


def _shown(value: object) -> str:
    """Enough to find the error, in ASCII, and never much."""
    if not isinstance(value, str):
        return type(value).__name__
    return ascii(value[:_SHOWN]) + ("..." if len(value) > _SHOWN else "")


def _report(problems: Sequence[str], message: str) -> None:
    """One warning, however much is wrong."""
    if problems:
        logger.warning(message, extra={"problems": list(problems), "look_at": "AGENT_LANGUAGE"})
