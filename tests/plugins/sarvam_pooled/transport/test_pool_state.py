"""The pool's decisions, step by step, with time as an argument."""

from __future__ import annotations

from dataclasses import replace

import pytest
from livekit.plugins.sarvam_pooled.options import PoolLimits
from livekit.plugins.sarvam_pooled.transport.pool_state import PoolState, SlotState, Waiter
from livekit.plugins.sarvam_pooled.voice import Voice

ENGLISH = Voice()
HINDI = replace(ENGLISH, target_language_code="hi-IN")
FLASH = replace(ENGLISH, model="bulbul:v4-flash")
LIMITS = PoolLimits(
    min_idle=2, max_connections=4, max_age=100, max_idle=50, backoff_initial=1, backoff_max=8
)


def warm_pool(*, limits: PoolLimits = LIMITS, now: float = 0.0) -> PoolState:
    """A pool whose idle connections are open and configured in English."""
    pool = PoolState(limits, ENGLISH, warm=True)
    for slot_id in pool.step(now).open:
        pool.opened(slot_id, now=now)
    return pool


def test_a_cold_pool_opens_nothing() -> None:
    """Nothing is opened before the first request or `prewarm`."""
    assert PoolState(LIMITS, ENGLISH).step(0.0).open == ()


def test_prewarm_opens_idle_connections_side_by_side() -> None:
    """All of them in one step."""
    assert len(PoolState(LIMITS, ENGLISH, warm=True).step(0.0).open) == 2


def test_a_waiter_gets_an_idle_connection_which_is_replaced() -> None:
    """A grant and its refill come in the same step."""
    pool = warm_pool()
    pool.add_waiter(Waiter(1, ENGLISH))
    step = pool.step(1.0)
    assert [waiter for waiter, _ in step.grant] == [1]
    assert len(step.open) == 1


def test_the_cap_bounds_connections_in_use_and_being_opened() -> None:
    """No more than `max_connections` exist, however many wait."""
    pool = warm_pool()
    for waiter in range(1, 10):
        pool.add_waiter(Waiter(waiter, ENGLISH))
    step = pool.step(1.0)
    assert len(step.grant) == 2
    assert len(pool.slots) == 4


def test_waiters_are_served_oldest_first() -> None:
    """The one who waited longest gets the connection that comes back."""
    pool = warm_pool(limits=replace(LIMITS, min_idle=1, max_connections=1))
    for waiter in (1, 2, 3):
        pool.add_waiter(Waiter(waiter, ENGLISH))
    [(first, slot_id)] = pool.step(1.0).grant
    pool.release(slot_id, voice=ENGLISH, now=2.0)
    assert [first, *(w for w, _ in pool.step(2.0).grant)] == [1, 2]


def test_a_connection_with_the_same_voice_is_preferred() -> None:
    """A voice keeps to the connection that has it configured; a config is sent only to others."""
    pool = warm_pool()
    first, second = pool.slots
    pool.slots[first].voice = HINDI
    pool.slots[second].idle_since = 0.5
    order = []
    for waiter in (1, 2):
        pool.add_waiter(Waiter(waiter, HINDI))
        order += [slot_id for _, slot_id in pool.step(1.0).grant]
    assert order == [first, second]


def test_among_equals_the_one_used_last_is_taken() -> None:
    """The others may then grow old and go."""
    pool = warm_pool()
    older, newer = pool.slots
    pool.slots[newer].idle_since = 5.0
    pool.add_waiter(Waiter(1, ENGLISH))
    assert pool.step(6.0).grant == ((1, newer),)
    assert older in pool.slots


def test_a_closing_connection_is_neither_leased_nor_counted_as_leased() -> None:
    """It still takes room under the cap until its loss is reported."""
    pool = warm_pool(limits=replace(LIMITS, max_connections=2))
    closing, other = pool.slots
    pool.mark_closing(closing)
    pool.add_waiter(Waiter(1, ENGLISH))
    assert pool.step(1.0).grant == ((1, other),)
    counts = {state: pool.count(state) for state in SlotState}
    assert counts == {
        SlotState.CONNECTING: 0,
        SlotState.IDLE: 0,
        SlotState.LEASED: 1,
        SlotState.CLOSING: 1,
    }
    pool.lost(closing, now=2.0, jitter=1.0, refused=False)
    assert len(pool.step(10.0).open) == 1


def test_a_leased_connection_that_is_closing_stays_leased_until_it_comes_back() -> None:
    """A Segment still holds it."""
    pool = warm_pool()
    pool.add_waiter(Waiter(1, ENGLISH))
    [(_, slot_id)] = pool.step(1.0).grant
    pool.mark_closing(slot_id)
    assert pool.slots[slot_id].state is SlotState.LEASED


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
    pool.add_waiter(Waiter(1, ENGLISH))
    [(_, slot_id)] = pool.step(1.0).grant
    assert slot_id not in pool.step(200.0).close
    pool.release(slot_id, voice=ENGLISH, now=201.0)
    assert slot_id in pool.step(201.0).close


def test_a_new_model_expires_idle_ones_at_once_and_busy_ones_later() -> None:
    """No connection of an earlier generation is leased again, not even after a change back."""
    pool = warm_pool()
    pool.add_waiter(Waiter(1, ENGLISH))
    [(_, busy)] = pool.step(1.0).grant
    [idle] = [slot.id for slot in pool.slots.values() if slot.state is SlotState.IDLE]
    pool.set_voice(FLASH)
    pool.set_voice(ENGLISH)
    assert pool.step(2.0).close == (idle,)
    pool.release(busy, voice=ENGLISH, now=3.0)
    assert busy in pool.step(3.0).close


def test_a_new_voice_of_the_same_model_expires_nothing() -> None:
    """Idle connections get it with their next lease; new ones are opened with it."""
    pool = warm_pool()
    pool.set_voice(HINDI)
    assert pool.step(1.0).close == ()
    pool.remove(next(iter(pool.slots)))
    [opened] = pool.step(1.0).open
    assert pool.slots[opened].voice == HINDI


def test_a_waiter_of_another_model_gets_a_connection_of_its_own() -> None:
    """A reply keeps its model although the pool is for a new one, and leaves none behind."""
    pool = warm_pool()
    pool.add_waiter(Waiter(1, FLASH))
    step = pool.step(1.0)
    assert step.grant == ()
    [own] = step.open
    assert pool.slots[own].voice == FLASH
    pool.opened(own, now=1.1)
    assert pool.step(1.1).grant == ((1, own),)
    pool.release(own, voice=FLASH, now=2.0)
    assert pool.step(2.0).close == (own,)


def test_at_the_cap_an_idle_connection_makes_room_for_another_model() -> None:
    """The idle connection unused for longest goes, as it fits no waiter."""
    pool = warm_pool(limits=replace(LIMITS, max_connections=2))
    oldest = next(iter(pool.slots))
    pool.slots[oldest].idle_since = -1.0
    pool.add_waiter(Waiter(1, FLASH))
    step = pool.step(1.0)
    assert step.close == (oldest,)
    assert len(step.open) == 1
    assert len(pool.slots) == 2


def test_a_connection_for_a_waiter_is_opened_with_its_voice() -> None:
    """It needs no second config."""
    pool = PoolState(replace(LIMITS, min_idle=0), ENGLISH)
    pool.add_waiter(Waiter(1, HINDI))
    [slot_id] = pool.step(0.0).open
    assert pool.slots[slot_id].voice == HINDI


def test_refills_back_off_after_failures_and_recover() -> None:
    """Each failure doubles the wait, up to the cap; one lease that ends well ends it."""
    pool = PoolState(replace(LIMITS, min_idle=1), ENGLISH, warm=True)
    waits = []
    now = 0.0
    for _ in range(5):
        [slot_id] = pool.step(now).open
        pool.lost(slot_id, now=now, jitter=1.0, refused=False)
        step = pool.step(now)
        assert step.open == ()
        assert step.wake_at is not None
        waits.append(step.wake_at - now)
        now = step.wake_at
    assert waits == [1, 2, 4, 8, 8]
    [slot_id] = pool.step(now).open
    pool.opened(slot_id, now=now)
    pool.add_waiter(Waiter(1, ENGLISH))
    pool.step(now)
    pool.release(slot_id, voice=ENGLISH, now=now)
    assert pool.refill_at == 0.0


@pytest.mark.parametrize(("jitter", "wait"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_the_back_off_is_spread(jitter: float, wait: float) -> None:
    """Many workers that lost their connections together do not come back together."""
    pool = PoolState(replace(LIMITS, min_idle=1), ENGLISH, warm=True)
    [slot_id] = pool.step(0.0).open
    pool.lost(slot_id, now=0.0, jitter=jitter, refused=False)
    assert pool.step(0.0).wake_at == wait


def test_a_connection_lost_before_its_first_lease_counts_as_a_failed_connect() -> None:
    """A server that takes connections and drops them at once is not hammered."""
    pool = warm_pool()
    waits = []
    now = 0.0
    for _ in range(3):
        for slot_id in list(pool.slots):
            pool.lost(slot_id, now=now, jitter=1.0, refused=False)
        step = pool.step(now)
        assert step.open == ()
        assert step.wake_at is not None
        waits.append(step.wake_at - now)
        now = step.wake_at
        for slot_id in pool.step(now).open:
            pool.opened(slot_id, now=now)
    assert waits == [2, 8, 8]


def test_a_connection_lost_in_use_is_replaced_at_once() -> None:
    """It was good until then."""
    pool = warm_pool()
    pool.add_waiter(Waiter(1, ENGLISH))
    step = pool.step(1.0)
    for slot_id in step.open:
        pool.opened(slot_id, now=1.0)
    [(_, used)] = step.grant
    pool.release(used, voice=ENGLISH, now=2.0)
    for slot_id in [slot_id for slot_id in pool.slots if slot_id != used]:
        pool.remove(slot_id)
    pool.lost(used, now=3.0, jitter=1.0, refused=False)
    assert len(pool.step(3.0).open) == 2


def test_after_a_refusal_nothing_is_refilled_until_the_next_request_or_voice() -> None:
    """A wrong key or speaker is refused once, not every few seconds for ever."""
    pool = PoolState(LIMITS, ENGLISH, warm=True)
    for slot_id in pool.step(0.0).open:
        pool.lost(slot_id, now=0.0, jitter=1.0, refused=True)
    assert pool.step(1000.0).open == ()
    pool.set_voice(HINDI)
    assert len(pool.step(1000.0).open) == 2


def test_a_pool_is_down_while_nothing_opens() -> None:
    """Not before it was tried, not while one connection is left, and not once one opened again."""
    pool = PoolState(replace(LIMITS, min_idle=2), ENGLISH, warm=True)
    assert not pool.is_down
    one, other = pool.step(0.0).open
    pool.opened(one, now=0.0)
    pool.lost(other, now=0.0, jitter=1.0, refused=False)
    assert not pool.is_down
    pool.mark_closing(one)
    assert pool.is_down
    pool.remove(one)
    assert pool.is_down
    again = pool.step(100.0).open[0]
    assert pool.is_down
    pool.opened(again, now=100.0)
    assert not pool.is_down


def test_a_pool_is_not_down_once_a_connection_opened() -> None:
    """Also while the only connection is replaced after a barge-in."""
    pool = PoolState(replace(LIMITS, min_idle=1), ENGLISH, warm=True)
    pool.lost(*pool.step(0.0).open, now=0.0, jitter=1.0, refused=False)
    pool.opened(*pool.step(1.0).open, now=1.0)
    pool.add_waiter(Waiter(1, ENGLISH))
    [(_, leased)] = pool.step(2.0).grant
    pool.remove(leased)
    assert pool.count(SlotState.CONNECTING) == 1
    assert not pool.is_down


def test_a_grant_that_is_cancelled_proves_nothing_about_the_server() -> None:
    """The connection is idle again, the back-off goes on, and a loss counts as a failed connect."""
    pool = PoolState(replace(LIMITS, min_idle=2), ENGLISH, warm=True)
    one, other = pool.step(0.0).open
    pool.opened(one, now=0.0)
    pool.lost(other, now=0.0, jitter=1.0, refused=False)
    pool.add_waiter(Waiter(1, ENGLISH))
    assert pool.step(0.0).grant == ((1, one),)
    pool.cancel_grant(one)
    assert pool.count(SlotState.IDLE) == 1
    assert pool.step(0.9).open == ()
    pool.lost(one, now=1.0, jitter=1.0, refused=False)
    assert pool.step(2.9).open == ()
    assert len(pool.step(3.0).open) == 2


def test_a_waiter_does_not_wait_for_the_back_off() -> None:
    """A Segment's own connect is tried at once, even after refused refills."""
    pool = PoolState(replace(LIMITS, min_idle=1), ENGLISH, warm=True)
    [slot_id] = pool.step(0.0).open
    pool.lost(slot_id, now=0.0, jitter=1.0, refused=True)
    pool.add_waiter(Waiter(1, ENGLISH))
    assert len(pool.step(0.1).open) == 1


def test_a_failed_connect_fails_a_waiter_that_no_other_connect_will_serve() -> None:
    """With another connect under way the waiter goes on waiting; else it gets the error."""
    pool = PoolState(LIMITS, ENGLISH, warm=True)
    pool.add_waiter(Waiter(1, ENGLISH))
    opening = pool.step(0.0).open
    failed = [pool.lost(slot_id, now=0.0, jitter=0.0, refused=False) for slot_id in opening]
    assert failed == [None, None, 1]


def test_a_failed_connect_fails_one_waiter_of_its_model() -> None:
    """The others may be served by connections that come back."""
    pool = PoolState(replace(LIMITS, max_connections=1), ENGLISH)
    for waiter, voice in enumerate((FLASH, ENGLISH, ENGLISH), start=1):
        pool.add_waiter(Waiter(waiter, voice))
    pool.remove_waiter(1)
    [slot_id] = pool.step(0.0).open
    pool.add_waiter(Waiter(4, FLASH))
    assert pool.lost(slot_id, now=0.0, jitter=0.0, refused=False) == 2


def test_only_a_connection_that_was_being_opened_fails_a_waiter() -> None:
    """One that was closing makes room for a new one, which the waiter gets."""
    pool = warm_pool(limits=replace(LIMITS, min_idle=1, max_connections=1))
    [closing] = pool.slots
    pool.mark_closing(closing)
    pool.add_waiter(Waiter(1, ENGLISH))
    assert pool.step(1.0).open == ()
    assert pool.lost(closing, now=1.0, jitter=0.0, refused=False) is None
    assert len(pool.step(1.0).open) == 1


def test_a_waiter_that_leaves_is_forgotten() -> None:
    """A cancelled Segment takes no connection."""
    pool = warm_pool()
    pool.add_waiter(Waiter(1, ENGLISH))
    pool.remove_waiter(1)
    assert pool.step(1.0).grant == ()
