"""The rules of one socket: what to do about each message of the client. Pure.

    NEW --config--> READY --any refusal--> CLOSED

A refusal ends the connection in either state: one error message, then close code 1000.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass

from .buffer import TextBuffer
from .catalogue import is_speakable
from .frames import Config, ConfigFrame, FlushFrame, Frame, PingFrame, TextFrame
from .validation import SCHEMA_ERROR, Refusal, check_config, check_text, read_frame


class State(enum.Enum):
    """The state of a connection."""

    NEW = enum.auto()
    READY = enum.auto()
    CLOSED = enum.auto()


@dataclass(frozen=True, slots=True)
class Say:
    """Speak this text with this voice, after all earlier text."""

    text: str
    config: Config


@dataclass(frozen=True, slots=True)
class End:
    """Send `final` for one flush, after all earlier text."""


@dataclass(frozen=True, slots=True)
class Pong:
    """Answer a ping."""


Action = Say | End | Pong | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Behaviour that is undocumented or varies; see `SarvamOptions`."""

    final_on_reconfigure: bool = False
    unspeakable_is_error: bool = True


class Dialogue:
    """One connection's configuration, buffer and state."""

    def __init__(self, *, engine: str, counts: Counter[str]) -> None:
        self._engine = engine
        # Counts of messages and characters, under their names in `/_stats`.
        self._counts = counts
        self._buffer = TextBuffer()
        self._config: Config | None = None
        self.state = State.NEW

    def receive(self, raw: str, rules: Rules) -> list[Action]:
        """What to do about one message of the client, in order."""
        if self.state is State.CLOSED:
            return []
        frame = read_frame(raw)
        actions: list[Action] = [frame] if isinstance(frame, Refusal) else self._take(frame, rules)
        if any(isinstance(action, Refusal) for action in actions):
            self.state = State.CLOSED
        return actions

    def _take(self, frame: Frame, rules: Rules) -> list[Action]:
        match frame:
            case PingFrame():
                self._counts["pings"] += 1
                return [Pong()]
            case ConfigFrame(data=config):
                return self._configure(config, rules)
            case _ if self._config is None:
                return [SCHEMA_ERROR]
            case TextFrame(data=data):
                return self._append(data.text, self._config, rules)
            case FlushFrame():
                self._counts["flushes"] += 1
                return [*self._drain(self._config), End()]

    def _configure(self, config: Config, rules: Rules) -> list[Action]:
        refusal = check_config(config, self._engine)
        if refusal is not None:
            return [refusal]
        self._counts["configs"] += 1
        before = self._config
        self._config = config
        self.state = State.READY
        if before is None:
            return []
        # Text in the buffer is spoken with the configuration at its arrival (documented).
        spoken = self._drain(before)
        return [*spoken, End()] if spoken and rules.final_on_reconfigure else spoken

    def _append(self, text: str, config: Config, rules: Rules) -> list[Action]:
        refusal = check_text(text)
        if refusal is not None and rules.unspeakable_is_error:
            return [refusal]
        self._counts["texts"] += 1
        self._counts["characters"] += len(text)
        pieces = self._buffer.append(
            text,
            min_buffer_size=config.min_buffer_size,
            max_chunk_length=config.max_chunk_length,
        )
        return _say(pieces, config)

    def _drain(self, config: Config) -> list[Action]:
        return _say(self._buffer.flush(config.max_chunk_length), config)


def _say(pieces: list[str], config: Config) -> list[Action]:
    # A piece without a word, after cutting, is skipped and not refused (reported).
    return [Say(piece, config) for piece in pieces if is_speakable(piece)]
