"""A provider that fails, told in one line: which, what it said, and which setting to look at."""

from __future__ import annotations

import logging

from livekit.agents import APIError, APIStatusError
from livekit.agents.voice import ErrorEvent

logger = logging.getLogger(__name__)

_REFUSED = frozenset({401, 403})


class ProviderFaults:
    """Listens to a session's errors. A provider that fails again in the same way is told once."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def on_error(self, event: ErrorEvent) -> None:
        """One attempt failed; LiveKit goes on to the next, or to the second voice."""
        error: BaseException | None = getattr(event.error, "error", None)
        provider = provider_of(getattr(event.error, "label", ""))
        what = describe(error)
        if (provider, what) in self._told:
            return
        self._told.add((provider, what))
        logger.warning(
            "a provider failed",
            extra={
                "provider": provider,
                "error": what,
                "look_at": settings_to_check(provider, error),
            },
        )


def provider_of(label: str) -> str:
    """ "deepgram" for "livekit.plugins.deepgram.stt.STT", "sarvam" for our own plugin."""
    parts = label.split(".")
    name = parts[2] if label.startswith("livekit.plugins.") and len(parts) > 2 else label
    return name.removesuffix("_pooled")


def describe(error: BaseException | None) -> str:
    """Kind, status and message of an error, without its body: that may hold a caller's words."""
    if isinstance(error, APIStatusError):
        return f"{type(error).__name__} {error.status_code}: {error.message}"
    if isinstance(error, APIError):
        return f"{type(error).__name__}: {error.message}"
    return type(error).__name__


def settings_to_check(provider: str, error: BaseException | None) -> str:
    """The variables that most often cause such an error."""
    name = provider.upper()
    if isinstance(error, APIStatusError) and error.status_code in _REFUSED:
        return f"{name}_API_KEY"
    url = "SARVAM_WS_URL" if provider == "sarvam" else f"{name}_BASE_URL"
    return f"{url}, {name}_API_KEY"


class OneLine(logging.Filter):
    """Turns a framework's traceback of a provider's error into a line; others keep theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, APIError):
            record.msg = f"{record.getMessage()}: {describe(error)}"
            record.args = ()
            record.exc_info = None
            record.exc_text = None
        return True


def quieten(name: str = "livekit.agents") -> None:
    """Show expected errors of the framework's logger in one line, in this process."""
    framework = logging.getLogger(name)
    if not any(isinstance(known, OneLine) for known in framework.filters):
        framework.addFilter(OneLine())
