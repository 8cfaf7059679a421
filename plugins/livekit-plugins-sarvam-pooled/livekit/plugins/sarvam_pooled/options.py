"""Options of the plugin's work; those of the voice are in `voice.py`. Validated once, then frozen.

They are grouped by the package that uses them; each optimisation in them can be switched off.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from .errors import OptionError
from .models import MAX_TEXT
from .voice import Voice

LOOP_LAG_GRACE: Final = 0.05
"""Seconds. A time limit that expires this much late shows that the event loop was blocked; messages
may wait unread, so the limit is extended by as much, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmenting:
    """Rules for cutting LLM text into Segments. Lengths are in characters.

    At 250 characters a second from the LLM and 3.3 ms of synthesis a character, each character of
    the first Segment costs the caller about 7 ms.
    """

    first_clause: bool = True
    """Let the first Segment end at a clause or phrase; off: at a sentence, like the others."""
    first_min: int = 2
    """Letters that a first Segment needs to end at a clause ("Sure,")."""
    first_soft: int = 12
    """From this length, the first Segment may end after a word that can close a phrase."""
    first_hard: int = 22
    """From this length the first Segment ends after any word."""
    max_length: int = 150
    """From this length any Segment is cut, at the best place so far."""
    min_length: int = 40
    """After the second Segment, shorter sentences are joined with the next."""
    growth: float = 4.0
    """A Segment is at most this many times as long as all text before it, whose audio buys time."""

    def __post_init__(self) -> None:
        _at_least(self, 1, "first_min", "first_soft", "first_hard", "min_length", "growth")
        _at_least(self, 50, "max_length")
        if self.max_length > MAX_TEXT:
            raise OptionError(f"max_length must be at most {MAX_TEXT}, the limit of Sarvam")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """Number and age of the connections that are kept. Times are in seconds."""

    min_idle: int = 2
    """Idle connections, open and configured, beside those in use; 0 opens connections on demand."""
    max_connections: int = 6
    """Cap on open connections. Sarvam's Starter plan allows 30 for the whole account."""
    max_age: float = 1800.0
    """An older connection is replaced in the background."""
    max_idle: float = 600.0
    """A connection that was idle for longer is replaced in the background."""
    ping_interval: float = 15.0
    """Interval of JSON pings on each open connection; Sarvam closes one that is silent for 60 s."""
    backoff_initial: float = 0.1
    """Wait after the first failed connect; doubles each time, with jitter."""
    backoff_max: float = 5.0

    def __post_init__(self) -> None:
        _at_least(self, 0, "min_idle", "backoff_initial", "backoff_max")
        _at_least(self, 1, "max_connections")
        _above_zero(self, "max_age", "max_idle", "ping_interval")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Time limits by phase, in seconds. The LLM's pauses do not count."""

    pool: float = 10.0
    """Waiting for a free connection."""
    connect: float = 5.0
    """TCP, TLS and WebSocket handshake."""
    liveness: float = 0.75
    """From sending a config or text to any message: a WebSocket PING follows it, and a server must
    answer that at once (RFC 6455). This finds a half-dead connection long before `first_audio`."""
    first_audio: float = 5.0
    """From sending the text to the first PCM; messages without PCM do not count."""
    between_chunks: float = 1.5
    """Maximum from one PCM of a Segment to the next; less while the caller hears silence."""
    final: float = 1.0
    """Maximum from the last audio of a Segment that looks complete to its `final`; less while the
    caller hears silence."""
    close: float = 1.0
    """Closing handshake, in the background."""

    def __post_init__(self) -> None:
        _above_zero(self, *self.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    """Tuning of the WebSocket."""

    compression: bool = False
    """permessage-deflate; off, because base64 of MP3 hardly shrinks and deflate costs CPU."""
    nodelay: bool = True
    """TCP_NODELAY: a flush leaves at once."""
    max_message_bytes: int = 4 * 1024 * 1024
    """Largest message; a larger one closes the connection."""
    ping_interval: float = 20.0
    """Seconds between WebSocket PINGs, which find a peer that vanished; 0 sends none. Only the
    JSON ping resets Sarvam's idle timer (reported), see `PoolLimits`."""
    ping_timeout: float = 10.0
    """Seconds until a missing PONG closes the connection; LiveKit's HTTP client has the same."""

    def __post_init__(self) -> None:
        _at_least(self, 1024, "max_message_bytes")
        _at_least(self, 0, "ping_interval")
        _above_zero(self, "ping_timeout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """Rules for turning Segments into audio."""

    parallel: int = 3
    """Segments in flight at once; 1 is serial."""
    look_ahead: float = 20.0
    """Seconds of unplayed audio beyond which no further Segment starts."""
    retries: int = 4
    """Further Attempts for a Segment whose connection failed."""
    hedge: bool = True
    """Start a second Attempt when the first audio is late."""
    hedge_quantile: float = 0.95
    """An Attempt is late when it is slower than this share of the Attempts of its length."""
    hedge_budget: float = 0.05
    """Hedges allowed, as a share of all requests."""
    trim_silence: float = 0.3
    """Maximum silence, in seconds, that is cut before a Segment's speech; 0 keeps all."""

    def __post_init__(self) -> None:
        _at_least(self, 0, "look_ahead", "retries", "hedge_budget", "trim_silence")
        _at_least(self, 1, "parallel")
        if not 0 < self.hedge_quantile <= 1:
            raise OptionError(f"hedge_quantile must be between 0 and 1, not {self.hedge_quantile}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All options of a stream."""

    voice: Voice = field(default_factory=Voice)
    detect_language: bool = False
    """Switch `target_language_code` for each Segment by its script."""
    segmenting: Segmenting = field(default_factory=Segmenting)
    synthesis: Synthesis = field(default_factory=Synthesis)
    timeouts: Timeouts = field(default_factory=Timeouts)


def checked_key(key: str) -> str:
    """`key` without surrounding white space, which files and copying leave.

    Raises:
        OptionError: The key is empty or cannot be a header.
    """
    key = key.strip()
    if not key:
        raise OptionError("no Sarvam API key: pass api_key or set SARVAM_API_KEY")
    if not (key.isascii() and key.isprintable()):
        raise OptionError("api_key has characters that no key contains; copy it again")
    return key


def _at_least(options: object, low: float, *names: str) -> None:
    """Raises OptionError for a field that is less than `low`, by name."""
    for name in names:
        if (value := getattr(options, name)) < low:
            raise OptionError(f"{name} must be at least {low:g}, not {value}")


def _above_zero(options: object, *names: str) -> None:
    """Raises OptionError for a field that is not more than 0, by name."""
    for name in names:
        if (value := getattr(options, name)) <= 0:
            raise OptionError(f"{name} must be more than 0, not {value}")
