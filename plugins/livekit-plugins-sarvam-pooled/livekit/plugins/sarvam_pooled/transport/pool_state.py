"""The pool's decisions: which connection serves which waiter. No socket, no clock.

All state is two collections, the slots (connections that exist or are being opened) and the
waiters (Segments that need one). Whenever either changes, `step(now)` looks at both and returns
the connections to open, to close and to grant, and the time to look again. The shell in `pool.py`
does this and reports back. Decisions are made nowhere else.

The rules, in the order in which they are applied:

1. An idle connection that is too old, unused for too long or of an earlier generation is closed.
   (A leased one is closed when it comes back.)
2. Waiters are served oldest first, by an idle connection to their model: one that has their voice
   already, else one with another voice, which costs a new config. Among equals, the pool picks the
   one used last, so that the others can expire.
3. An idle connection to a model that the pool no longer serves is closed once no waiter needs it.
4. Connections are opened for all remaining waiters, and to keep `min_idle` ready, up to the cap. At
   the cap, an idle connection that fits no waiter is closed to make room for one that does.
5. Refills wait after a failed connect, longer each time; a waiter does not. A connection that is
   lost before its first lease counts as a failed connect: the server may refuse its config. After
   a refusal there are no refills until the next request or change of voice.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..options import PoolLimits
from ..voice import Voice


class SlotState(enum.Enum):
    CONNECTING = "connecting"
    IDLE = "idle"
    LEASED = "leased"
    CLOSING = "closing"
    """Not to be leased again; the shell will report its loss."""


@dataclass(slots=True)
class Slot:
    """A connection as the pool sees it."""

    id: int
    state: SlotState
    generation: int
    voice: Voice
    """The voice that is configured, or will be once the connection is open."""
    born: float
    idle_since: float
    # Whether it has served a lease.
    used: bool = False


@dataclass(frozen=True, slots=True)
class Waiter:
    """A Segment that needs a connection."""

    id: int
    voice: Voice


@dataclass(frozen=True, slots=True)
class Step:
    """The actions to take now, and the latest time of the next `step`."""

    open: tuple[int, ...] = ()
    close: tuple[int, ...] = ()
    grant: tuple[tuple[int, int], ...] = ()
    """Pairs of waiter id and slot id."""
    wake_at: float | None = None


@dataclass(slots=True)
class PoolState:
    """Slots and waiters, and the rules above."""

    limits: PoolLimits
    voice: Voice
    """The voice that idle connections are opened with."""
    slots: dict[int, Slot] = field(default_factory=dict)
    waiters: dict[int, Waiter] = field(default_factory=dict)
    # Whether `min_idle` connections are kept ready.
    warm: bool = False
    generation: int = 0
    # No refill before this time, after failed connects.
    refill_at: float = 0.0
    # No refill at all: the server refused the key, the address or the config.
    _refused: bool = False
    _last_connect_failed: bool = False
    _failures: int = 0
    _next_slot: int = 1

    def prewarm(self) -> None:
        """Keep idle connections ready from now on."""
        self.warm, self._refused = True, False

    def add_waiter(self, waiter: Waiter) -> None:
        """Add a Segment that needs a connection."""
        self.prewarm()
        self.waiters[waiter.id] = waiter

    def remove_waiter(self, waiter_id: int) -> None:
        """Remove a Segment that no longer waits."""
        self.waiters.pop(waiter_id, None)

    def opened(self, slot_id: int, *, now: float) -> None:
        """Make a new connection idle; its voice is configured."""
        slot = self.slots[slot_id]
        slot.state, slot.born, slot.idle_since = SlotState.IDLE, now, now
        self._last_connect_failed = False

    def lost(self, slot_id: int, *, now: float, jitter: float, refused: bool) -> int | None:
        """Remove a connection that could not be opened, or ended by itself. Unless it has served a
        lease, refills are delayed.

        Args:
            jitter: A random number from 0 to 1.
            refused: Whether the server would refuse the same connect again.

        Returns:
            The waiter that no other connect under way can serve, which gets the error; None if
            there is no such waiter, or the connection was open.
        """
        slot = self.slots.pop(slot_id)
        if slot.used or slot.state is SlotState.LEASED:
            return None
        self._back_off(now=now, jitter=jitter, refused=refused)
        if slot.state is not SlotState.CONNECTING:
            return None
        model = slot.voice.model
        waiting = [waiter.id for waiter in self.waiters.values() if waiter.voice.model == model]
        return waiting[0] if len(waiting) > self.count(SlotState.CONNECTING, model) else None

    def release(self, slot_id: int, *, voice: Voice, now: float) -> None:
        """Make a connection idle again whose lease ended well."""
        self._failures, self.refill_at = 0, 0.0
        slot = self.slots[slot_id]
        slot.state, slot.voice, slot.idle_since, slot.used = SlotState.IDLE, voice, now, True

    def cancel_grant(self, slot_id: int) -> None:
        """Make a connection idle again whose waiter gave up before it sent anything."""
        self.slots[slot_id].state = SlotState.IDLE

    def remove(self, slot_id: int) -> None:
        """Remove a connection, which must not be used again."""
        self.slots.pop(slot_id, None)

    def mark_closing(self, slot_id: int) -> None:
        """Keep a connection that is closing from being leased again."""
        if (slot := self.slots.get(slot_id)) and slot.state is not SlotState.LEASED:
            slot.state = SlotState.CLOSING

    def set_voice(self, voice: Voice) -> None:
        """Open connections with this voice from now on. The model is part of a connection's
        address: a new model expires all connections."""
        if voice.model != self.voice.model:
            self.generation += 1
        self.voice = voice
        self._refused = False

    @property
    def is_down(self) -> bool:
        """Whether no connection can be used and the last connect failed."""
        usable = self.count(SlotState.IDLE) + self.count(SlotState.LEASED)
        return self._last_connect_failed and not usable

    def count(self, state: SlotState, model: str | None = None) -> int:
        """Slots in `state`, of one model or of all."""
        return sum(s.state is state and model in (None, s.voice.model) for s in self.slots.values())

    def step(self, now: float) -> Step:
        """Apply the rules."""
        close = self._expire(now)
        grant = self._serve()
        close += self._close_other_models()
        close += self._make_room()
        opening = self._open(now)
        return Step(opening, close, grant, self._wake_at(now))

    def _back_off(self, *, now: float, jitter: float, refused: bool) -> None:
        wait = min(self.limits.backoff_initial * 2**self._failures, self.limits.backoff_max)
        # Beyond the maximum, more failures change nothing.
        self._failures = min(self._failures + 1, 32)
        self._last_connect_failed = True
        self.refill_at = now + wait * (0.5 + 0.5 * jitter)
        self._refused = self._refused or refused

    def _expire(self, now: float) -> tuple[int, ...]:
        return self._drop(slot for slot in self._idle() if self._expires_at(slot) <= now)

    def _expires_at(self, slot: Slot) -> float:
        if slot.generation != self.generation:
            return slot.born
        return min(slot.born + self.limits.max_age, slot.idle_since + self.limits.max_idle)

    def _serve(self) -> tuple[tuple[int, int], ...]:
        granted: list[tuple[int, int]] = []
        for waiter in list(self.waiters.values()):
            fitting = [slot for slot in self._idle() if slot.voice.model == waiter.voice.model]
            if not fitting:
                continue
            voice = waiter.voice
            best = max(fitting, key=lambda slot, v=voice: (slot.voice == v, slot.idle_since))  # type: ignore[misc]
            best.state = SlotState.LEASED
            del self.waiters[waiter.id]
            granted.append((waiter.id, best.id))
        return tuple(granted)

    def _close_other_models(self) -> tuple[int, ...]:
        return self._drop(slot for slot in self._idle() if slot.voice.model != self.voice.model)

    def _make_room(self) -> tuple[int, ...]:
        missing = len(self._unserved()) - self._room()
        idle = sorted(self._idle(), key=lambda slot: slot.idle_since)
        return self._drop(idle[: max(0, missing)])

    def _open(self, now: float) -> tuple[int, ...]:
        voices = self._unserved()
        if self.warm and not self._refused and now >= self.refill_at:
            voices += [self.voice] * self._idle_missing()
        return tuple(self._new_slot(voice, now) for voice in voices[: self._room()])

    def _unserved(self) -> list[Voice]:
        """Voices of the waiters that no connect under way will serve."""
        unserved: list[Voice] = []
        for model in dict.fromkeys(waiter.voice.model for waiter in self.waiters.values()):
            voices = [w.voice for w in self.waiters.values() if w.voice.model == model]
            unserved += voices[self.count(SlotState.CONNECTING, model) :]
        return unserved

    def _idle_missing(self) -> int:
        """Connections to open besides those for waiters, to keep `min_idle` ready."""
        model = self.voice.model
        waiting = sum(waiter.voice.model == model for waiter in self.waiters.values())
        left_over = max(0, self.count(SlotState.CONNECTING, model) - waiting)
        return max(0, self.limits.min_idle - len(self._idle()) - left_over)

    def _room(self) -> int:
        return max(0, self.limits.max_connections - len(self.slots))

    def _new_slot(self, voice: Voice, now: float) -> int:
        slot_id = self._next_slot
        self._next_slot += 1
        self.slots[slot_id] = Slot(slot_id, SlotState.CONNECTING, self.generation, voice, now, now)
        return slot_id

    def _wake_at(self, now: float) -> float | None:
        times = [self._expires_at(slot) for slot in self._idle()]
        if self.warm and self.refill_at > now:
            times.append(self.refill_at)
        return min(times, default=None)

    def _idle(self) -> list[Slot]:
        return [slot for slot in self.slots.values() if slot.state is SlotState.IDLE]

    def _drop(self, slots: Iterable[Slot]) -> tuple[int, ...]:
        dropped = tuple(slot.id for slot in slots)
        for slot_id in dropped:
            del self.slots[slot_id]
        return dropped
