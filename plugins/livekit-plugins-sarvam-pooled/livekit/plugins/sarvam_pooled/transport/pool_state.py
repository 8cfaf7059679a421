"""Which connection serves whom: the pool's decisions, without a socket or a clock.

All state is two collections, the slots (connections that exist or are being opened) and the
waiters (Segments that want one). Whenever either changes, `step(now)` looks at both and returns
what to do: what to open, what to close, who gets which connection, and when to look again.
The shell in `pool.py` does it and reports back. There is no other place where decisions are made.

The rules, in the order in which they are applied:

1. A connection that is too old, unused for too long or of an earlier generation is closed,
   when it is idle. (In use it is closed when it comes back.)
2. Waiters are served oldest first: by an idle connection that already has their voice; else by one
   without any; else by one with another voice, which costs a new config. Among equals the one
   used last: the others may then grow old and go.
3. Connections are opened for every waiter left over, and so that `min_idle` stay ready, up to
   the cap. Refills wait after a failed connect, longer each time; a waiter does not.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from ..options import PoolLimits, Voice


class SlotState(enum.Enum):
    CONNECTING = "connecting"
    IDLE = "idle"
    LEASED = "leased"


@dataclass(slots=True)
class Slot:
    """A connection as the pool sees it."""

    id: int
    state: SlotState
    generation: int
    born: float
    # When it was last put to rest.
    idle_since: float
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class Waiter:
    """A Segment that wants a connection."""

    id: int
    voice: Voice


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now, and when to ask again at the latest."""

    open: tuple[int, ...] = ()
    close: tuple[int, ...] = ()
    grant: tuple[tuple[int, int], ...] = ()
    """Pairs of waiter id and slot id."""
    wake_at: float | None = None


@dataclass(slots=True)
class PoolState:
    """Slots and waiters, and the rules above."""

    limits: PoolLimits
    slots: dict[int, Slot] = field(default_factory=dict)
    waiters: dict[int, Waiter] = field(default_factory=dict)
    # Spares are opened only once somebody wants the pool warm.
    warm: bool = False
    generation: int = 0
    # No refill before this time, after failed connects.
    refill_at: float = 0.0
    _failures: int = 0
    _next_slot: int = 1

    def want(self, waiter: Waiter) -> None:
        """A Segment asks for a connection."""
        self.warm = True
        self.waiters[waiter.id] = waiter

    def leave(self, waiter_id: int) -> None:
        """A Segment no longer waits."""
        self.waiters.pop(waiter_id, None)

    def opened(self, slot_id: int, *, voice: Voice | None, now: float) -> None:
        """A connection is there and has this voice configured."""
        self._failures = 0
        self.refill_at = 0.0
        slot = self.slots[slot_id]
        slot.state, slot.voice, slot.born, slot.idle_since = SlotState.IDLE, voice, now, now

    def failed(self, slot_id: int, *, now: float, jitter: float) -> list[int]:
        """A connection could not be opened. `jitter` is a random number from 0 to 1.

        Returns:
            Ids of the waiters that no other connect under way can serve, oldest first: they are
            told of the failure instead of being kept waiting.
        """
        del self.slots[slot_id]
        wait = min(self.limits.backoff_initial * 2**self._failures, self.limits.backoff_max)
        self._failures += 1
        self.refill_at = now + wait * (0.5 + 0.5 * jitter)
        surplus = len(self.waiters) - self.count(SlotState.CONNECTING)
        return list(self.waiters)[: max(0, surplus)]

    def returned(self, slot_id: int, *, voice: Voice | None, now: float) -> None:
        """A lease ended well."""
        slot = self.slots[slot_id]
        slot.state, slot.voice, slot.idle_since = SlotState.IDLE, voice, now

    def gone(self, slot_id: int) -> None:
        """A connection was lost, or must not be used again."""
        self.slots.pop(slot_id, None)

    def expire_all(self) -> None:
        """No connection that exists now is handed out again."""
        self.generation += 1

    def count(self, state: SlotState) -> int:
        return sum(slot.state is state for slot in self.slots.values())

    def step(self, now: float) -> Step:
        """Apply the rules."""
        close = self._expire(now)
        grant = self._serve()
        opening = self._open(now)
        return Step(opening, close, grant, self._wake_at(now))

    def _expire(self, now: float) -> tuple[int, ...]:
        expired = tuple(
            slot.id
            for slot in self.slots.values()
            if slot.state is SlotState.IDLE and self._expires_at(slot) <= now
        )
        for slot_id in expired:
            del self.slots[slot_id]
        return expired

    def _expires_at(self, slot: Slot) -> float:
        if slot.generation != self.generation:
            return slot.born
        return min(slot.born + self.limits.max_age, slot.idle_since + self.limits.max_idle)

    def _serve(self) -> tuple[tuple[int, int], ...]:
        granted: list[tuple[int, int]] = []
        for waiter in list(self.waiters.values()):
            idle = [slot for slot in self.slots.values() if slot.state is SlotState.IDLE]
            if not idle:
                break
            best = max(idle, key=lambda slot, voice=waiter.voice: _preference(slot, voice))  # type: ignore[misc]
            best.state = SlotState.LEASED
            del self.waiters[waiter.id]
            granted.append((waiter.id, best.id))
        return tuple(granted)

    def _open(self, now: float) -> tuple[int, ...]:
        wanted = len(self.waiters)
        if self.warm and now >= self.refill_at:
            wanted += self.limits.min_idle - self.count(SlotState.IDLE)
        wanted -= self.count(SlotState.CONNECTING)
        room = self.limits.max_connections - len(self.slots)
        return tuple(self._new_slot(now) for _ in range(min(wanted, room)))

    def _new_slot(self, now: float) -> int:
        slot_id = self._next_slot
        self._next_slot += 1
        self.slots[slot_id] = Slot(slot_id, SlotState.CONNECTING, self.generation, now, now)
        return slot_id

    def _wake_at(self, now: float) -> float | None:
        times = [
            self._expires_at(slot) for slot in self.slots.values() if slot.state is SlotState.IDLE
        ]
        if self.warm and self.refill_at > now:
            times.append(self.refill_at)
        return min(times, default=None)


def _preference(slot: Slot, voice: Voice) -> tuple[int, float]:
    if slot.voice == voice:
        return 2, slot.idle_since
    return (1 if slot.voice is None else 0), slot.idle_since
