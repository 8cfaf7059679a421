"""Makes LiveKit's log readable: one line for an expected error, and no repeated warnings."""

from __future__ import annotations

import logging
import re
import warnings
from typing import TypeGuard

import aiohttp
from livekit import rtc
from livekit.agents import APIError

from .call.provider_errors import describe
from .livekit_internals import log_texts

logger = logging.getLogger(__name__)

REPEAT_SECONDS = 5.0
"""Within this time, a second warning with the same text and error is held back."""
_REMEMBER_SECONDS = 600.0
_MOST = 500
"""The number of different warnings that are remembered. No further one is held back."""

# Errors that a provider, a network or a server may cause. Any other error is a bug here.
_EXPECTED = (APIError, OSError, aiohttp.ClientError, rtc.ConnectError)

_EXPECTED_TEXTS = (
    log_texts.LOST_SERVER,
    log_texts.CLOSED_SESSION_HOST,
    log_texts.STREAM_IS_CLOSED,
    log_texts.STREAM_HAS_ENDED,
)

# LiveKit's loggers that print tracebacks of such errors.
_LOUD = ("livekit", "livekit.agents", "livekit.plugins", "asyncio")

_NOISE = (log_texts.UNKNOWN_HANDLE, log_texts.DATA_CHANNEL)
_UNREAD_STREAM = re.compile(log_texts.UNREAD_STREAM)
_LIBRARY_MODULES = re.compile(log_texts.LIBRARY_MODULES)


class OneLine(logging.Filter):
    """Turns LiveKit's traceback of an expected error into a line. Other errors keep theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop only records of every room that ends, and of streams that nobody reads."""
        message = record.getMessage()
        if record.name == "livekit" and any(noise in message for noise in _NOISE):
            return logger.isEnabledFor(logging.DEBUG)
        if record.name == "root" and _UNREAD_STREAM.match(message):
            return False
        if record.name == "livekit" and (module := _LIBRARY_MODULES.match(message)):
            # Leave out the text that a participant sent.
            record.msg, record.args = module.group(), None
        error = record.exc_info[1] if record.exc_info else record.__dict__.get("error")
        if _is_expected(error):
            if message == log_texts.LOST_ROOM:
                return logger.isEnabledFor(logging.DEBUG)
            record.exc_info = None
            record.exc_text = None
            record.error = describe(error)
            if log_texts.LOST_SERVER in message:
                refused = getattr(error, "status", None) in (401, 403)
                record.look_at = "LIVEKIT_API_KEY, LIVEKIT_API_SECRET" if refused else "LIVEKIT_URL"
        return True


class Repeats(logging.Filter):
    """Lets a warning pass once in `REPEAT_SECONDS`. The next one that passes has `repeated`: how
    many were held back.

    A provider that is down fails in each of a call's many attempts, in several layers.
    """

    def __init__(self) -> None:
        super().__init__()
        # Logger, message and error -> when it last passed, and how often it was held back since.
        self._seen: dict[tuple[str, str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Compare the times of the records."""
        if record.levelno < logging.WARNING or record.exc_info:
            return True
        seen = (record.name, record.getMessage(), str(record.__dict__.get("error", "")))
        last, held_back = self._seen.get(seen, (float("-inf"), 0))
        if record.created - last < REPEAT_SECONDS:
            self._seen[seen] = (last, held_back + 1)
            return logger.isEnabledFor(logging.DEBUG)
        if held_back:
            record.repeated = held_back
        self._forget(record.created)
        if seen in self._seen or len(self._seen) < _MOST:
            self._seen[seen] = (record.created, 0)
        return True

    def _forget(self, now: float) -> None:
        """Keep the memory bounded, as a worker runs for months."""
        self._seen = {
            seen: passed
            for seen, passed in self._seen.items()
            if now - passed[0] < _REMEMBER_SECONDS
        }


def _is_expected(error: object) -> TypeGuard[BaseException]:
    if isinstance(error, RuntimeError):
        is_known = any(text in str(error) for text in _EXPECTED_TEXTS)
        return is_known or _is_expected(error.__cause__)
    return isinstance(error, _EXPECTED)


def install_log_filters() -> None:
    """Add both filters to LiveKit's loggers in this process."""
    known = [name for name in logging.root.manager.loggerDict if name.startswith(_LOUD)]
    repeats = Repeats()
    for name in ("root", *_LOUD, *known):
        loud = logging.getLogger(name)
        if not any(isinstance(present, OneLine) for present in loud.filters):
            loud.addFilter(OneLine())
            loud.addFilter(repeats)
    # `livekit-server --dev` has a short secret by design.
    warnings.filterwarnings("ignore", message="The HMAC key is")
