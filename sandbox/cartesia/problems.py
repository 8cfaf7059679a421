"""The provider's errors, in the form of each version of the API. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

# Errors are objects from this version on, and text before it (documented).
_STRUCTURED_SINCE = "2026-03-01"
_DOCS = "https://docs.cartesia.ai/use-the-api/api-errors"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error of the provider."""

    status: int
    title: str
    message: str
    error_code: str | None = None
    """The machine-readable code; None if the provider has none."""
    context_id: str | None = None


UNAUTHORIZED = Problem(401, "Unauthorized", "The API key is missing or is not valid.")
NO_TRANSCRIPT = Problem(400, "Invalid transcript", "No valid transcripts passed.")
CONTEXT_CLOSED = Problem(400, "Invalid context", "Context has closed.")
TOO_MANY = Problem(
    429,
    "Too many concurrent requests",
    "You have exceeded your plan's concurrency limit.",
    "concurrency_limited",
)


def unavailable(status: int) -> Problem:
    """A failure of the service."""
    return Problem(status, "Service unavailable", "Please try again.")


def http_body(problem: Problem, *, version: str, request_id: str) -> tuple[str, str]:
    """Body and content type of an HTTP response for clients of that API version."""
    if version < _STRUCTURED_SINCE:
        return f"{problem.title}: {problem.message}", "text/plain"
    return json.dumps(_object(problem, request_id)), "application/json"


def event(problem: Problem, *, version: str, request_id: str) -> dict[str, Any]:
    """The WebSocket message; `done` is true, as the context has ended."""
    about: dict[str, Any] = {"type": "error", "done": True, "status_code": problem.status}
    if problem.context_id is not None:
        about["context_id"] = problem.context_id
    if version < _STRUCTURED_SINCE:
        return about | {"error": f"{problem.title}: {problem.message}"}
    return about | _object(problem, request_id)


def _object(problem: Problem, request_id: str) -> dict[str, Any]:
    return {
        "error_code": problem.error_code,
        "title": problem.title,
        "message": problem.message,
        "request_id": request_id,
        "doc_url": _DOCS,
    }
