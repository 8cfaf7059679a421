"""Refusals in OpenAI's form: status, headers and `{"error": {message, type, param, code}}`.

Messages and codes are those of the service; the SDK maps the status to its exception class and
shows `message`, `type`, `param` and `code`. A message never contains a key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

QuotaCode = Literal["rate_limit_exceeded", "insufficient_quota"]
RETRY_AFTER = 1  # seconds until a rate limit ends
REQUESTS_PER_MINUTE = 10_000
TOKENS_PER_MINUTE = 2_000_000


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The service's description of an error."""

    message: str
    type: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None

    def to_json(self) -> dict[str, dict[str, str | None]]:
        """The body as the service sends it."""
        return {
            "error": {
                "message": self.message,
                "type": self.type,
                "param": self.param,
                "code": self.code,
            }
        }


class ApiError(Exception):
    """An error response."""

    def __init__(
        self, status: int, body: ErrorBody, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, body.message)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


class _Form(NamedTuple):
    """Message and code for one type of pydantic error, with `{name}`, `{given}` and its context."""

    message: str
    code: str = "invalid_value"


_FORMS: Mapping[str, _Form] = {
    "missing": _Form("Missing required parameter: '{name}'.", "missing_required_parameter"),
    "extra_forbidden": _Form("Unknown parameter: '{name}'.", "unknown_parameter"),
    "literal_error": _Form("Invalid value: {given}. Supported values are: {expected}."),
    "greater_than_equal": _Form(
        "Invalid '{name}': {kind} below minimum value. Expected a value >= {ge:g},"
        " but got {given} instead.",
        "{kind}_below_min_value",
    ),
    "less_than_equal": _Form(
        "Invalid '{name}': {kind} above maximum value. Expected a value <= {le:g},"
        " but got {given} instead.",
        "{kind}_above_max_value",
    ),
    "too_short": _Form(
        "Invalid '{name}': empty array. Expected an array with minimum length {min_length},"
        " but got an empty array instead.",
        "empty_array",
    ),
    "too_long": _Form(
        "Invalid '{name}': array too long. Expected an array with maximum length {max_length},"
        " but got an array with length {actual_length} instead.",
        "array_above_max_length",
    ),
    "string_pattern_mismatch": _Form(
        "Invalid '{name}': string does not match pattern. Expected a string that matches the"
        " pattern '{pattern}'."
    ),
}
_WRONG_TYPE = _Form(
    "Invalid type for '{name}': expected {wanted}, but got {given_type} instead.", "invalid_type"
)
_WANTED: Mapping[str, str] = {
    "string_type": "a string",
    "bool_type": "a boolean",
    "int_type": "an integer",
    "float_type": "a decimal",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
}
_GIVEN: Mapping[type, str] = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a decimal",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


def _bad_json() -> ApiError:
    """The body is not a JSON object."""
    return ApiError(
        400,
        ErrorBody(
            "We could not parse the JSON body of your request. (HINT: This likely means you"
            " aren't using your HTTP library correctly. The OpenAI API expects a JSON payload,"
            " but what was sent was not valid JSON.)"
        ),
    )


def from_validation(error: ValidationError) -> ApiError:
    """The first error of a body, in the service's words."""
    found = error.errors(include_url=False)
    if found[0]["type"] == "json_invalid" or (not found[0]["loc"] and found[0]["type"] != "openai"):
        return _bad_json()
    # A missing model comes first, without a code.
    if any(detail["loc"] == ("model",) for detail in found):
        return ApiError(400, ErrorBody("you must provide a model parameter"))
    return ApiError(400, _body(found[0]))


def unauthorized(*, missing: bool) -> ApiError:
    """The key is missing or wrong."""
    if missing:
        message = (
            "You didn't provide an API key. You need to provide your API key in an Authorization"
            " header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
        )
        return ApiError(401, ErrorBody(message))
    message = "Incorrect API key provided. (This stand-in refuses keys that begin with 'bad'.)"
    return ApiError(401, ErrorBody(message, code="invalid_api_key"))


def unknown_route(method: str, path: str, allowed: Sequence[str]) -> ApiError:
    """No such URL (404), or not by this method (405)."""
    if allowed:
        message = (
            f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP"
            " method?)"
        )
        return ApiError(405, ErrorBody(message), {"allow": ", ".join(allowed)})
    return ApiError(404, ErrorBody(f"Invalid URL ({method} {path})"))


def over_quota(code: QuotaCode, model: str) -> ApiError:
    """Too many requests for now, or no credit left (where no retry helps)."""
    if code == "insufficient_quota":
        message = (
            "You exceeded your current quota, please check your plan and billing details. For more"
            " information on this error, read the docs:"
            " https://platform.openai.com/docs/guides/error-codes/api-errors."
        )
        return ApiError(429, ErrorBody(message, "insufficient_quota", code=code))
    message = (
        f"Rate limit reached for {model} in organization org-sandbox on requests per min (RPM):"
        f" Limit {REQUESTS_PER_MINUTE}, Used {REQUESTS_PER_MINUTE}, Requested 1. Please try again"
        f" in {RETRY_AFTER}s."
    )
    headers = {"retry-after": f"{RETRY_AFTER}", "retry-after-ms": f"{RETRY_AFTER * 1000}"}
    return ApiError(
        429,
        ErrorBody(message, "requests", code=code),
        headers | rate_limit_headers(remaining_requests=0),
    )


def server_error(status: int) -> ApiError:
    """The service failed (500) or is overloaded (503)."""
    if status == 503:
        message = "The engine is currently overloaded, please try again later."
        return ApiError(status, ErrorBody(message, "service_unavailable_error"))
    message = "The server had an error while processing your request. Sorry about that!"
    return ApiError(status, ErrorBody(message, "server_error"))


def rate_limit_headers(*, remaining_requests: int = REQUESTS_PER_MINUTE - 1) -> dict[str, str]:
    """The rate limit headers of every response."""
    return {
        "x-ratelimit-limit-requests": str(REQUESTS_PER_MINUTE),
        "x-ratelimit-limit-tokens": str(TOKENS_PER_MINUTE),
        "x-ratelimit-remaining-requests": str(remaining_requests),
        "x-ratelimit-remaining-tokens": str(TOKENS_PER_MINUTE - 1000),
        "x-ratelimit-reset-requests": "6ms" if remaining_requests else f"{RETRY_AFTER}s",
        "x-ratelimit-reset-tokens": "0s",
    }


def _body(detail: ErrorDetails) -> ErrorBody:
    context = detail.get("ctx", {})
    if detail["type"] == "openai":
        return ErrorBody(context["message"], param=context["param"], code=context["code"])
    given = detail["input"]
    words = {
        "name": _path(detail["loc"]),
        "given": repr(given) if isinstance(given, str) else json.dumps(given, default=str),
        "given_type": _GIVEN.get(type(given), "something else"),
        "kind": "decimal" if isinstance(context.get("le", context.get("ge")), float) else "integer",
        "wanted": _WANTED.get(detail["type"], "another value"),
        **context,
    }
    form = _FORMS.get(detail["type"], _WRONG_TYPE)
    return ErrorBody(
        form.message.format(**words), param=words["name"], code=form.code.format(**words)
    )


def _path(location: tuple[int | str, ...]) -> str:
    """`messages[0].role`, without pydantic's names for the alternatives of a union.

    Fields are lower case with underscores; alternatives are classes and types.
    """
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step not in ("str", "bool", "int", "float") and re.fullmatch("[a-z_]+", step):
            path += f".{step}" if path else step
    return path
