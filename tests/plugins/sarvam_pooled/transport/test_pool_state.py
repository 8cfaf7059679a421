"""The pool's decisions, step by step, with time as an argument."""

from __future__ import annotations

from dataclasses import replace

from livekit.plugins.sarvam_pooled.options import PoolLimits, Voice
from livekit.plugins.sarvam_pooled.transport.pool_state import PoolState, SlotState, Waiter

ENGLISH = Voice()
HINDI = replace(ENGLISH, target_language_code="hi-IN")
LIMITS = PoolLimits(
    min_idle=2, max_connections=4, max_age=100, max_idle=50, backoff_initial=1, backoff_max=8
)


def warm_pool(*, limits: PoolLimits = LIMITS, now: float = 0.0) -> PoolState:
    """A pool whose spares are open and configured in English."""
    pool = PoolState(limits, warm=True)
    for slot_id in pool.step(now).open:
        pool.opened(slot_id, voice=ENGLISH, now=now)
    return pool


def test_a_cold_pool_opens_nothing() -> None:
    """Nothing is opened until somebody wants the pool warm."""
    assert PoolState(LIMITS).step(0.0).open == ()


def test_prewarm_opens_the_spares_side_by_side() -> None:
    """All spares are opened in one step."""
    assert len(PoolState(LIMITS, warm=True).step(0.0).open) == 2


def test_a_waiter_gets_a_spare_and_the_spare_is_replaced() -> None:
    """A grant and its refill come in the same step."""
    pool = warm_pool()
    pool.want(Waiter(1, ENGLISH))
    step = pool.step(1.0)
    assert [waiter for waiter, _ in step.grant] == [1]
    assert len(step.open) == 1


def test_the_cap_bounds_connections_in_use_and_being_opened() -> None:
    """No more than `max_connections` exist, however many wait."""
    pool = warm_pool()
    for waiter in range(1, 10):
        pool.want(Waiter(waiter, ENGLISH))
    step = pool.step(1.0)
    assert len(step.grant) == 2
    assert len(pool.slots) == 4


def test_waiters_are_served_oldest_first() -> None:
    """The one who waited longest gets the connection that comes back."""
    pool = warm_pool(limits=replace(LIMITS, min_idle=1, max_connections=1))
    for waiter in (1, 2, 3):
        pool.want(Waiter(waiter, ENGLISH))
    [(first, slot_id)] = pool.step(1.0).grant
    pool.returned(slot_id, voice=ENGLISH, now=2.0)
    assert [first, *(w for w, _ in pool.step(2.0).grant)] == [1, 2]


def test_a_connection_with_the_same_voice_is_preferred() -> None:
    """A voice keeps to the connection that has it configured; then one with none; then another."""
    pool = warm_pool(limits=replace(LIMITS, min_idle=3))
    first, second, third = pool.slots
    pool.slots[first].voice, pool.slots[second].voice = HINDI, None
    pool.slots[third].idle_since = 99.0
    order = []
    for waiter in (1, 2, 3):
        pool.want(Waiter(waiter, HINDI))
        order += [slot_id for _, slot_id in pool.step(1.0).grant]
    assert order == [first, second, third]


def test_among_equals_the_one_used_last_is_taken() -> None:
    """The others may then grow old and go."""
    pool = warm_pool()
    older, newer = pool.slots
    pool.slots[newer].idle_since = 5.0
    pool.want(Waiter(1, ENGLISH))
    assert pool.step(6.0).grant == ((1, newer),)
    assert older in pool.slots


def test_old_and_unused_connections_are_closed_and_replaced() -> None:
    """An idle connection past its idle time is closed, and a fresh one is opened, in one step."""
    pool = warm_pool()
    assert pool.step(49.9).close == ()
    step = pool.step(50.0)
    assert len(step.close) == 2
    assert len(step.open) == 2


def test_a_busy_connection_past_its_age_is_closed_when_it_comes_back() -> None:
    """Age never interrupts a Segment."""
    pool = warm_pool()
    pool.want(Waiter(1, ENGLISH))
    [(_, slot_id)] = pool.step(1.0).grant
    assert slot_id not in pool.step(200.0).close
    pool.returned(slot_id, voice=ENGLISH, now=201.0)
    assert slot_id in pool.step(201.0).close


def test_expiring_all_spares_idle_ones_at_once_and_busy_ones_later() -> None:
    """No connection of an earlier generation is handed out again."""
    pool = warm_pool()
    pool.want(Waiter(1, ENGLISH))
    [(_, busy)] = pool.step(1.0).grant
    [idle] = [slot.id for slot in pool.slots.values() if slot.state is SlotState.IDLE]
    pool.expire_all()
    assert pool.step(2.0).close == (idle,)
    pool.returned(busy, voice=ENGLISH, now=3.0)
    assert busy in pool.step(3.0).close


def test_refills_back_off_after_failures_and_recover() -> None:
    """Each failure doubles the wait, up to the cap; one success ends it."""
    pool = PoolState(replace(LIMITS, min_idle=1), warm=True)
    waits = []
    now = 0.0
    for _ in range(5):
        [slot_id] = pool.step(now).open
        pool.failed(slot_id, now=now, jitter=1.0)
        step = pool.step(now)
        assert step.open == ()
        assert step.wake_at is not None
        waits.append(step.wake_at - now)
        now = step.wake_at
    assert waits == [1, 2, 4, 8, 8]
    [slot_id] = pool.step(now).open
    pool.opened(slot_id, voice=ENGLISH, now=now)
    assert pool.refill_at == 0.0


def test_a_waiter_does_not_wait_for_the_back_off() -> None:
    """A Segment's own connect is tried at once, even after failed refills."""
    pool = PoolState(replace(LIMITS, min_idle=1), warm=True)
    [slot_id] = pool.step(0.0).open
    pool.failed(slot_id, now=0.0, jitter=1.0)
    pool.want(Waiter(1, ENGLISH))
    assert len(pool.step(0.1).open) == 1


def test_a_failed_connect_is_told_to_the_waiter_that_nobody_else_serves() -> None:
    """With another connect under way the waiter goes on waiting; without, it hears of it."""
    pool = PoolState(LIMITS, warm=True)
    pool.want(Waiter(1, ENGLISH))
    opening = pool.step(0.0).open
    told = [pool.failed(slot_id, now=0.0, jitter=0.0) for slot_id in opening]
    assert told == [[], [], [1]]


def test_a_waiter_that_leaves_is_forgotten() -> None:
    """A cancelled Segment takes no connection."""
    pool = warm_pool()
    pool.want(Waiter(1, ENGLISH))
    pool.leave(1)
    assert pool.step(1.0).grant == ()


def test_a_lost_connection_is_replaced() -> None:
    """A spare that the server closed is opened again."""
    pool = warm_pool()
    pool.gone(next(iter(pool.slots)))
    assert len(pool.step(1.0).open) == 1
