"""Keeps what callers and agent say out of the log, unless LOG_WORDS is set.

Where words are, in LiveKit Agents 1.8.9 (calls of a logger in it, its plugins for Deepgram,
OpenAI and Cartesia, and rtc) and here:

- in extras with `pii` in their name, at any level: `lk.pii.user_transcript`, `lk.pii.text`,
  `lk.pii.chat_ctx`, `lk.pii.arguments` ... LiveKit takes them out of its telemetry, not of stdout;
- behind `no audio frames were pushed for text: `, in an error that is logged as a message, as an
  extra, and in a traceback;
- in the `body` of a provider's refusal, which may quote what it was sent;
- behind `error running user callback for`, which is followed by the whole event of a room;
- in the report of the keyterm detection, as message and as the extras `added` and `removed`.

The filter sits on handlers: those of a logger do not see the records of other loggers, and a
record of a job process comes to the worker's handlers past all loggers.
"""

from __future__ import annotations

import logging
import re
from typing import Final

from livekit.agents.telemetry.pii import is_pii_attribute

_BEFORE_WORDS: Final = re.compile(
    r"(pushed for text: |\bbody=|error running user callback for \w+: "
    r"|─+ keyterm detection ─+\s).*",
    re.DOTALL,
)
_CUT: Final = r"\1[left out: LOG_WORDS]"
_OTHER_EXTRAS: Final = {"keyterms changed": ("added", "removed")}
"""Extras with words that LiveKit does not mark, by message."""
_FORMATTER: Final = logging.Formatter()


class WithoutWords(logging.Filter):
    """Takes words out of every record, and lets it pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes the record itself: what a later handler would write has none either."""
        try:
            message = record.getMessage()
        except Exception:
            # Arguments that do not fit the format: the handler itself reports that, and goes on.
            message = ""
        for name in [name for name in record.__dict__ if is_pii_attribute(name)]:
            del record.__dict__[name]
        for name in _OTHER_EXTRAS.get(message, ()):
            record.__dict__.pop(name, None)
        for name, value in list(record.__dict__.items()):
            # Errors are extras as they are or as text; the message may be one.
            if isinstance(value, (str, BaseException)) and (cut := _cut(str(value))):
                record.__dict__[name] = cut
        if cut := _cut(message):
            record.msg, record.args = cut, None
        if record.exc_info and (cut := _cut(_FORMATTER.formatException(record.exc_info))):
            record.exc_info, record.exc_text = None, cut
        return True


def keep_words_out() -> None:
    """Filter what this process logs. Call it once its handlers are there: in the worker, LiveKit's
    command line makes them; in a job process, LiveKit before it calls `setup_fnc`."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(present, WithoutWords) for present in handler.filters):
            handler.addFilter(WithoutWords())


def _cut(text: str) -> str | None:
    """The text without words; None if it has none."""
    cut = _BEFORE_WORDS.sub(_CUT, text)
    return None if cut == text else cut
