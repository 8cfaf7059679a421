"""The simulated network and service of a stand-in: how slow it is, and what goes wrong.

Pure: every draw comes from one seeded generator, so a run can be repeated. The server draws
(`Conditions.delay`, `Conditions.draw_fault`) and does the waiting.
"""

from __future__ import annotations

import math
import random
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FaultKind = Literal[
    "refuse", "mute", "drop", "stall", "error", "close", "no_end", "slow", "garbage", "quota"
]
"""The kinds of fault.

refuse   the connection or request is refused before it begins (HTTP `code`)
mute     the connection is accepted, but nothing is ever answered, not even a ping (WebSocket)
drop     the transport is aborted in mid-reply, without a close handshake
stall    the reply stops for good, but the connection stays open and answers pings
error    an in-band error in the provider's form (`code`), then its usual close
close    the connection is closed politely (WebSocket code 1000) in mid-reply
no_end   the reply is complete, but the message that ends it never comes
slow     every delay of this reply is `factor` times as long
garbage  bytes that are not of the protocol replace one message
quota    the provider's "too many requests" response
"""


class Latency(BaseModel):
    """Simulated delays. All times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    round_trip: float = Field(0.04, ge=0, le=10)
    """Network round trip; half of it is paid by each message in each direction."""
    first_byte: float = Field(0.2, ge=0, le=60)
    """Work before the first byte of a reply, beside the round trip."""
    per_character: float = Field(0.0033, ge=0, le=1)
    """Added to `first_byte` for each character of the request's text."""
    real_time_factor: float = Field(0.15, ge=0, le=10)
    """Seconds of work for a second of audio after the first byte (TTS)."""
    jitter: float = Field(0.1, ge=0, le=2)
    """Sigma of the log-normal factor of each delay; at 0 delays are exact."""
    tail_probability: float = Field(0.01, ge=0, le=1)
    """Share of the delays that are in the heavy tail."""
    tail_factor: float = Field(3.0, ge=1, le=100)
    """How many times longer a delay in the tail is."""


INSTANT = Latency(
    round_trip=0, first_byte=0, per_character=0, real_time_factor=0, jitter=0, tail_probability=0
)
"""No simulated delays, for tests that do not depend on time."""


class Fault(BaseModel):
    """One fault, which strikes a share of the replies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    probability: float = Field(1.0, ge=0, le=1)
    at: float = Field(0.5, ge=0, le=1)
    """Fraction of the reply at which `drop`, `stall`, `error`, `close` and `garbage` strike."""
    factor: float = Field(6.0, ge=1, le=1000)
    """How many times slower a `slow` reply is."""
    code: int = Field(503, ge=100, le=599)
    """Status of an `error` or a `refuse`."""
    times: int | None = Field(None, ge=1)
    """Strike at most this many times; None: without limit."""


def slowdown(fault: Fault | None) -> float:
    """How many times longer a reply takes under this fault."""
    return fault.factor if fault is not None and fault.kind == "slow" else 1.0


class Conditions:
    """The latency and faults in force, and the generator that draws them."""

    def __init__(
        self, latency: Latency | None = None, faults: tuple[Fault, ...] = (), *, seed: int = 0
    ) -> None:
        self.latency = latency or Latency()
        self._random = random.Random(seed)
        self.faults: tuple[Fault, ...] = ()
        # Strikes left of each fault, in the order of `faults`; None: without limit.
        self._left: list[int | None] = []
        self.set_faults(faults)

    def set_faults(self, faults: tuple[Fault, ...]) -> None:
        """Replace all faults; their counts restart."""
        self.faults = faults
        self._left = [fault.times for fault in faults]

    def seed(self, seed: int) -> None:
        """Restart the sequence of draws."""
        self._random.seed(seed)

    def delay(self, seconds: float, *, factor: float = 1.0) -> float:
        """`seconds` with jitter and tail, times `factor` (that of a `slow` fault)."""
        if seconds <= 0:
            return 0.0
        latency = self.latency
        drawn = seconds * factor
        if latency.jitter:
            # Its mean is 1: jitter spreads delays and does not lengthen them.
            drawn *= math.exp(self._random.gauss(-(latency.jitter**2) / 2, latency.jitter))
        if self._random.random() < latency.tail_probability:
            drawn *= latency.tail_factor
        return drawn

    def first_byte(self, characters: int, *, factor: float = 1.0) -> float:
        """Seconds of work before the first byte of a reply to a text of this length."""
        latency = self.latency
        return self.delay(latency.first_byte + latency.per_character * characters, factor=factor)

    def half_trip(self) -> float:
        """Seconds that a message is on its way, in one direction."""
        return self.delay(self.latency.round_trip / 2)

    def between(self, low: float, high: float) -> float:
        """A number drawn uniformly from `low` to `high`."""
        return self._random.uniform(low, high)

    def draw_fault(self, *kinds: FaultKind) -> Fault | None:
        """The fault of one of `kinds` (of any, if none is named) that strikes this reply, or None.

        Draw once for each reply: every call draws for each matching fault.
        """
        for index, fault in enumerate(self.faults):
            if kinds and fault.kind not in kinds:
                continue
            left = self._left[index]
            if left == 0 or self._random.random() >= fault.probability:
                continue
            if left is not None:
                self._left[index] = left - 1
            return fault
        return None
