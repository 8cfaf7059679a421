"""Makes LiveKit's log fit to read: expected errors in one line, nothing again and again."""

from __future__ import annotations

import logging
import re
import warnings
from typing import TypeGuard

import aiohttp
from livekit import rtc
from livekit.agents import APIError

from .call.provider_errors import describe

logger = logging.getLogger(__name__)

REPEAT_SECONDS = 5.0
"""Within these, the same warning about the same error is no news."""
_REMEMBER_SECONDS = 600.0
_MOST = 500
"""Different warnings that are remembered; beyond them, none is held back."""

# What a provider, a network or a server may do; anything else is a mistake of ours.
_EXPECTED = (APIError, OSError, aiohttp.ClientError, rtc.ConnectError)

_EXPECTED_TEXTS = (
    "failed to connect to livekit",
    "room session transport is closed",
    # Of a stream that its provider refused, and that frames are still pushed to.
    ".SpeechStream is closed",
    ".SpeechStream input ended",
)

# LiveKit's loggers that print tracebacks of such errors.
_LOUD = ("livekit", "livekit.agents", "livekit.plugins", "asyncio")

# What livekit-rtc 1.1 says, as warnings and errors, of every room that ends well.
_NOISE = ("Attempted to drop unknown FFI handle", "data channel '")
# Said of each stream that a participant opens on a topic of its own, with the whole topic.
_UNWANTED_STREAM = re.compile("ignoring (text|byte) stream with topic")
# The library's own lines about streams and RPCs: its module and, if it is there, the line.
_OF_STREAMS = re.compile(r"livekit_(data_stream|rpc)[\w:.]*")
# Said by LiveKit Agents of what it could not tell a room that is gone, several times each.
_AFTER_THE_ROOM = "failed to send session event"


class OneLine(logging.Filter):
    """Turns a framework's traceback of an expected error into a line; others keep theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Drops only what is said of every room that ends, and of streams that nobody reads."""
        message = record.getMessage()
        if record.name == "livekit" and any(noise in message for noise in _NOISE):
            return logger.isEnabledFor(logging.DEBUG)
        if record.name == "root" and _UNWANTED_STREAM.match(message):
            return False
        if record.name == "livekit" and (of_streams := _OF_STREAMS.match(message)):
            # Where it was, and none of what a participant chose to have written there.
            record.msg, record.args = of_streams.group(), None
        error = record.exc_info[1] if record.exc_info else record.__dict__.get("error")
        if _is_expected(error):
            if message == _AFTER_THE_ROOM:
                return logger.isEnabledFor(logging.DEBUG)
            record.exc_info = None
            record.exc_text = None
            record.error = describe(error)
            if "to livekit" in message:
                refused = getattr(error, "status", None) in (401, 403)
                record.look_at = "LIVEKIT_API_KEY, LIVEKIT_API_SECRET" if refused else "LIVEKIT_URL"
        return True


class Repeats(logging.Filter):
    """Lets a warning pass once in `REPEAT_SECONDS`; the next one has `repeated`, how many did not.

    A provider that is down fails in each of a call's many attempts, in several layers.
    """

    def __init__(self) -> None:
        super().__init__()
        # What was said -> when it last passed, and how often it was held back since.
        self._said: dict[tuple[str, str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Looks at the record's own time."""
        if record.levelno < logging.WARNING or record.exc_info:
            return True
        said = (record.name, record.getMessage(), str(record.__dict__.get("error", "")))
        last, held_back = self._said.get(said, (float("-inf"), 0))
        if record.created - last < REPEAT_SECONDS:
            self._said[said] = (last, held_back + 1)
            return logger.isEnabledFor(logging.DEBUG)
        if held_back:
            record.repeated = held_back
        self._forget(record.created)
        if said in self._said or len(self._said) < _MOST:
            self._said[said] = (record.created, 0)
        return True

    def _forget(self, now: float) -> None:
        """A worker runs for months."""
        self._said = {
            said: told for said, told in self._said.items() if now - told[0] < _REMEMBER_SECONDS
        }


def _is_expected(error: object) -> TypeGuard[BaseException]:
    if isinstance(error, RuntimeError):
        told = any(text in str(error) for text in _EXPECTED_TEXTS)
        return told or _is_expected(error.__cause__)
    return isinstance(error, _EXPECTED)


def install_log_filters() -> None:
    """Apply both to LiveKit's loggers, in this process."""
    known = [name for name in logging.root.manager.loggerDict if name.startswith(_LOUD)]
    repeats = Repeats()
    for name in ("root", *_LOUD, *known):
        loud = logging.getLogger(name)
        if not any(isinstance(present, OneLine) for present in loud.filters):
            loud.addFilter(OneLine())
            loud.addFilter(repeats)
    # The secret of `livekit-server --dev` is short, as its users know.
    warnings.filterwarnings("ignore", message="The HMAC key is")
