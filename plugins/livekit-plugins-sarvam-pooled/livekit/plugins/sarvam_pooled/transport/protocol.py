"""The rules of one connection, without a socket or a clock: what to send, which message answers
which text, and when the connection has failed.

Texts are answered in order: each flush waits in a FIFO until its `final` arrives. A repeated
`config` may get a `final` of its own (not documented); the server handles messages in order, so it
comes before the audio of the texts sent after that config.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from ..errors import ConnectionLost, ProviderFailed, SarvamError
from ..voice import Voice
from . import wire

# Bytes of one answer that wait to be fetched before reading stops: 5 s of linear16 at 24 kHz. The
# last message may exceed them by its own length.
_FULL: Final = 256 * 1024
_EVENT: Final = 512  # bytes that an Event takes besides its audio, as Python objects

# Messages that are neither audio nor an end, and their characters or bytes, from one text to the
# next. An honest server sends a pong every 20 s and a few events.
_MOST_USELESS: Final = 1000
_MOST_USELESS_SIZE: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Deliver:
    """Put an Event into the answer to a flush; only Audio is followed by more."""

    flush: int
    event: wire.Audio | wire.Complete | wire.Failure


@dataclass(frozen=True, slots=True)
class Lost:
    """Report that the connection can no longer be used; comes once, after all answers failed."""


Effect = Deliver | Lost


@dataclass(slots=True)
class _Flush:
    """A flush that has no `final` yet, or is still to be sent."""

    number: int
    # Finals of repeated configs that may still come before its audio.
    stray_finals: int = 0
    # Bytes delivered and not fetched.
    waiting: int = 0


class ConnectionProtocol:
    """What was sent on a connection, what is unanswered, and why it failed.

    Args:
        voice: What the connection will be configured with first.
    """

    def __init__(self, voice: Voice) -> None:
        # The voice last sent, or to be sent first.
        self.voice = voice
        # Configs sent, for `configs == connects`.
        self.configs = 0
        # Why the connection can no longer be used.
        self.failure: SarvamError | None = None
        # Oldest first.
        self.unanswered: deque[_Flush] = deque()
        self._next = _Flush(1)
        # Messages without use since the last text, and their size.
        self._useless = self._useless_size = 0
        # When the last message came.
        self._heard_at = 0.0

    @property
    def is_paused(self) -> bool:
        """Whether to stop reading: the oldest answer is not fetched as fast as it comes."""
        return bool(self.unanswered) and self.unanswered[0].waiting > _FULL

    def configure(self, voice: Voice) -> tuple[str, ...]:
        """The frames to send: none if the server has this voice already."""
        if self.configs and self.voice == voice:
            return ()
        # A repeated config flushes what the server has buffered, which is nothing here.
        self._next.stray_finals += self.configs > 0
        self.configs += 1
        self.voice = voice
        return (wire.config(voice),)

    def speak(self, text: str) -> tuple[int, tuple[str, ...]]:
        """The number of the text's flush, and the frames to send."""
        frames = wire.text(text), wire.FLUSH
        flush, self._next = self._next, _Flush(self._next.number + 1)
        self.unanswered.append(flush)
        self._useless = self._useless_size = 0
        return flush.number, frames

    def fetched(self, flush: int, event: wire.Audio) -> None:
        """Note that an Event was taken out of the answer to `flush`."""
        if self.unanswered and self.unanswered[0].number == flush:
            self.unanswered[0].waiting -= _EVENT + len(event.data)

    def receive(self, event: wire.Event, *, size: int, now: float) -> list[Effect]:
        """What follows from a message of `size` characters or bytes; nothing if it is ignored."""
        self._heard_at = now
        is_empty = isinstance(event, wire.Audio) and not event.data
        if not self.unanswered or is_empty or isinstance(event, wire.Ignored):
            self._useless += 1
            self._useless_size += size
            if self._useless > _MOST_USELESS or self._useless_size > _MOST_USELESS_SIZE:
                return self.fail(ProviderFailed("the server sent too many messages without audio"))
        flush = self.unanswered[0] if self.unanswered else self._next
        match event:
            case wire.Failure(error):
                return self.fail(error)
            case wire.Complete() if flush.stray_finals:
                # If it was the flush's after all, without audio, the answer reaches a time limit.
                flush.stray_finals -= 1
            case wire.Complete() if self.unanswered:
                self.unanswered.popleft()
                return [Deliver(flush.number, event)]
            case wire.Audio() if self.unanswered:
                flush.stray_finals = 0
                flush.waiting += _EVENT + len(event.data)
                return [Deliver(flush.number, event)]
        return []

    def no_pong(self, *, since: float, timeout: float) -> list[Effect]:
        """What follows when the PING sent at `since` got no PONG within `timeout` seconds."""
        # Any message is a sign of life. While nothing is read, signs of life are not read either.
        if self._heard_at > since or self.is_paused:
            return []
        return self.fail(ConnectionLost(f"no sign of life within {timeout:g} s"))

    def fail(self, error: SarvamError) -> list[Effect]:
        """Fail all answers, unless the connection has failed already."""
        if self.failure is not None:
            return []
        self.failure = error
        failed = [Deliver(flush.number, wire.Failure(error)) for flush in self.unanswered]
        self.unanswered.clear()
        return [*failed, Lost()]
