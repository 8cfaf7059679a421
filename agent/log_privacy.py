"""Keeps the words of callers and agent out of the log, unless LOG_WORDS is set.

Where LiveKit Agents 1.8.9, its plugins for Deepgram, OpenAI and Cartesia, livekit-rtc and our own
code log words:

- in extras with `pii` in their name, at any level: `lk.pii.user_transcript`, `lk.pii.text`,
  `lk.pii.chat_ctx`, `lk.pii.arguments` ... LiveKit removes them from its telemetry and not from
  stdout;
- after `no audio frames were pushed for text: `, in an error that is logged as a message, as an
  extra, and in a traceback;
- in the `body` of a provider's refusal, which may quote the request;
- after `error running user callback for`, which is followed by the whole event of a room;
- in the report of the keyterm detection, as message and as the extras `added` and `removed`;
- in tracebacks of the MCP client: an answer that does not fit is quoted, with records of callers,
  and a refused request has the server's whole address.

The filter is on handlers: a filter of a logger does not see the records of its children, and the
records of job processes reach the worker's handlers without passing a logger.
"""

from __future__ import annotations

import logging
import re
from typing import Final

from livekit.agents.telemetry.pii import is_pii_attribute

from .livekit_internals import log_texts

_BEFORE_WORDS: Final = re.compile(f"({log_texts.BEFORE_WORDS}).*", re.DOTALL)
_CUT: Final = r"\1[left out: LOG_WORDS]"
_FORMATTER: Final = logging.Formatter()
_MCP: Final = ("mcp", "client")
"""Loggers of the MCP client: its modules', and the one of its sessions."""


class WithoutWords(logging.Filter):
    """Removes words from every record, and drops none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record itself, so that later handlers write no words."""
        try:
            message = record.getMessage()
        except Exception:
            # The arguments do not fit the format. The handler reports that itself.
            message = ""
        for name in [name for name in record.__dict__ if is_pii_attribute(name)]:
            del record.__dict__[name]
        for name in log_texts.EXTRAS_WITH_WORDS.get(message, ()):
            record.__dict__.pop(name, None)
        for name, value in list(record.__dict__.items()):
            # An extra may be an error, as an object or as text.
            if isinstance(value, (str, BaseException)) and (cut := _cut(str(value))):
                record.__dict__[name] = cut
        if cut := _cut(message):
            record.msg, record.args = cut, None
        is_mcps = record.name.partition(".")[0] in _MCP or message == log_texts.LOST_MCP_SERVER
        if is_mcps and record.exc_info and (error := record.exc_info[1]):
            record.exc_info, record.exc_text = None, None
            record.__dict__.setdefault("error", type(error).__name__)
        if record.exc_info and (cut := _cut(_FORMATTER.formatException(record.exc_info))):
            record.exc_info, record.exc_text = None, cut
        return True


def keep_words_out() -> None:
    """Filter what this process logs. Call it when the handlers exist: LiveKit's command line
    creates them in the worker, and LiveKit in a job process before it calls `setup_fnc`."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(present, WithoutWords) for present in handler.filters):
            handler.addFilter(WithoutWords())


def _cut(text: str) -> str | None:
    """The text without words; None if it has none."""
    cut = _BEFORE_WORDS.sub(_CUT, text)
    return None if cut == text else cut
