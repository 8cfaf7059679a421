"""The account of a TTS provider: its options, open sockets, and every text that was synthesised."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Generic, Literal, Self, TypeVar

from pydantic import Field, model_validator

from sandbox.account import Account, Options
from sandbox.conditions import Conditions

Via = Literal["websocket", "rest", "stream"]


class SpeechOptions(Options):
    """Voice, message lengths and limits; a provider adds its own."""

    voice: Literal["espeak", "tone", "words"] = "espeak"
    """A real voice, or tones that identify the text or its words (`sandbox.voice.tone`)."""
    first_chunk: tuple[float, float] = (0.1, 0.2)
    """Shortest and longest audio of the first message of a synthesis, in seconds."""
    chunk: tuple[float, float] = (0.05, 0.55)
    """The same for the other messages."""
    concurrency_limit: int | None = Field(None, ge=1)
    """What may be open or active at once; None: without limit."""

    @property
    def socket_limit(self) -> int | None:
        """Sockets that may be open at once."""
        return self.concurrency_limit

    @model_validator(mode="after")
    def _check_ranges(self) -> Self:
        for name in ("first_chunk", "chunk"):
            low, high = getattr(self, name)
            if not 0.01 <= low <= high <= 10:
                raise ValueError(f"{name} is [least, most] seconds, from 0.01 to 10")
        return self


SpeechOptionsT = TypeVar("SpeechOptionsT", bound=SpeechOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """One text that was synthesised: what a real account would be billed for."""

    at: float
    """Unix time in seconds."""
    via: Via
    connection: int
    """Number of the socket or request, from 1 in order of arrival."""
    text: str
    characters: int
    model: str
    speaker: str


class SpeechAccount(Account[SpeechOptionsT, Synthesis], Generic[SpeechOptionsT]):
    """An account that counts open sockets and logs syntheses."""

    log_name = "syntheses"

    def __init__(self, conditions: Conditions, options: SpeechOptionsT) -> None:
        super().__init__(conditions, options)
        self.open_sockets = 0
        self._peak = 0

    @property
    def is_full(self) -> bool:
        """Whether the account's limit of open sockets is reached."""
        limit = self.options.socket_limit
        return limit is not None and self.open_sockets >= limit

    def open(self) -> None:
        """Count a socket that was accepted."""
        self.stats["connects"] += 1
        self.open_sockets += 1
        self._peak = max(self._peak, self.open_sockets)

    def close(self) -> None:
        """Count a socket that was closed."""
        self.open_sockets -= 1

    def bill(self, via: Via, connection: int, text: str, *, model: str, speaker: str) -> None:
        """Log a text whose synthesis begins."""
        self.stats["syntheses"] += 1
        self.stats["synthesised_characters"] += len(text)
        self.log.append(
            Synthesis(
                at=time.time(),
                via=via,
                connection=connection,
                text=text,
                characters=len(text),
                model=model,
                speaker=speaker,
            )
        )

    def reset(self) -> None:
        """Set all counters to zero, clear the log, and measure the peak from now on."""
        super().reset()
        self._peak = self.open_sockets

    def describe(self) -> dict[str, Any]:
        """This account's part of `/_stats`."""
        connections = {"open": self.open_sockets, "peak": self._peak}
        return super().describe() | {"connections": connections}
