"""The rules of one connection, without a socket or a clock: which frames to send, which message
answers which text, and when the connection has failed.

Texts are answered in order: each flush waits in a FIFO until its `final` arrives, Sarvam's end of a
response (`wire.Complete`). A repeated `config` may get a `final` of its own (not documented). The
server handles messages in order, so this `final` comes before the audio of the texts sent after
that config.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from ..errors import ConnectionLost, ProviderFailed, SarvamError
from ..voice import Voice
from . import wire

# Unfetched bytes of one response beyond which reading stops: 5 s of linear16 at 24 kHz. The last
# message may exceed the limit by its own length.
_MAX_UNFETCHED: Final = 256 * 1024
_EVENT_OVERHEAD: Final = 512  # bytes of an Event besides its audio, as Python objects

# Messages that carry no audio or end of a response, and their characters or bytes, from one text to
# the next. An honest server sends a pong every 20 s and a few events.
_MAX_NON_AUDIO: Final = 1000
_MAX_NON_AUDIO_SIZE: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Deliver:
    """Put an Event into the response to a flush; only Audio is followed by more."""

    flush: int
    event: wire.Audio | wire.Complete | wire.Failure


@dataclass(frozen=True, slots=True)
class Lost:
    """Report, once and after all responses failed, that the connection can no longer be used."""


Effect = Deliver | Lost


@dataclass(slots=True)
class _Flush:
    """A flush that has no `final` yet, or is still to be sent."""

    number: int
    # Finals of repeated configs that may still come before the flush's audio.
    stray_finals: int = 0
    # Bytes delivered but not fetched.
    unfetched: int = 0


class ConnectionProtocol:
    """The state of a connection: frames sent, texts unanswered, the cause of its failure.

    Args:
        voice: The voice that the connection will be configured with first.
    """

    def __init__(self, voice: Voice) -> None:
        # The voice last sent, or to be sent first.
        self.voice = voice
        # Configs sent, for `configs == connects`.
        self.configs = 0
        # The error that ended the connection.
        self.failure: SarvamError | None = None
        # Oldest first.
        self.unanswered: deque[_Flush] = deque()
        self._next = _Flush(1)
        # Messages without audio since the last text, and their size.
        self._non_audio = self._non_audio_size = 0
        # Time of the last message.
        self._heard_at = 0.0

    @property
    def is_paused(self) -> bool:
        """Whether reading must pause: the oldest response is not fetched as fast as it comes."""
        return bool(self.unanswered) and self.unanswered[0].unfetched > _MAX_UNFETCHED

    def configure(self, voice: Voice) -> tuple[str, ...]:
        """The frames to send; none if the server has this voice already."""
        if self.configs and self.voice == voice:
            return ()
        # A repeated config flushes what the server has buffered, which is nothing here.
        self._next.stray_finals += self.configs > 0
        self.configs += 1
        self.voice = voice
        return (wire.config(voice),)

    def send_text(self, text: str) -> tuple[int, tuple[str, ...]]:
        """The number of the text's flush, and the frames to send."""
        frames = wire.text(text), wire.FLUSH
        flush, self._next = self._next, _Flush(self._next.number + 1)
        self.unanswered.append(flush)
        self._non_audio = self._non_audio_size = 0
        return flush.number, frames

    def fetched(self, flush: int, event: wire.Audio) -> None:
        """Count an Event that was fetched from the response to `flush`."""
        if self.unanswered and self.unanswered[0].number == flush:
            self.unanswered[0].unfetched -= _EVENT_OVERHEAD + len(event.data)

    def receive(self, event: wire.Event, *, size: int, now: float) -> list[Effect]:
        """The effects of a message of `size` characters or bytes; none if it is ignored."""
        self._heard_at = now
        is_empty = isinstance(event, wire.Audio) and not event.data
        if not self.unanswered or is_empty or isinstance(event, wire.Ignored):
            self._non_audio += 1
            self._non_audio_size += size
            if self._non_audio > _MAX_NON_AUDIO or self._non_audio_size > _MAX_NON_AUDIO_SIZE:
                return self.fail(ProviderFailed("the server sent too many messages without audio"))
        flush = self.unanswered[0] if self.unanswered else self._next
        match event:
            case wire.Failure(error):
                return self.fail(error)
            case wire.Complete() if flush.stray_finals:
                # If this was the flush's own `final`, without audio, the response will time out.
                flush.stray_finals -= 1
            case wire.Complete() if self.unanswered:
                self.unanswered.popleft()
                return [Deliver(flush.number, event)]
            case wire.Audio() if self.unanswered:
                flush.stray_finals = 0
                flush.unfetched += _EVENT_OVERHEAD + len(event.data)
                return [Deliver(flush.number, event)]
        return []

    def no_pong(self, *, since: float, timeout: float) -> list[Effect]:
        """The effects of a missing PONG, `timeout` seconds after the PING sent at `since`."""
        # Any message is a sign of life. While reading pauses, no sign of life is seen.
        if self._heard_at > since or self.is_paused:
            return []
        return self.fail(ConnectionLost(f"no sign of life within {timeout:g} s"))

    def fail(self, error: SarvamError) -> list[Effect]:
        """Fail all responses, unless the connection has failed already."""
        if self.failure is not None:
            return []
        self.failure = error
        failed = [Deliver(flush.number, wire.Failure(error)) for flush in self.unanswered]
        self.unanswered.clear()
        return [*failed, Lost()]
