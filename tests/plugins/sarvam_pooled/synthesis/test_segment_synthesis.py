"""One Segment to its end, by scenario tables on a virtual clock."""

from __future__ import annotations

import asyncio

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    ConnectFailed,
    ConnectionLost,
    FirstAudioTimeout,
    ProviderFailed,
    RequestRefused,
    SarvamError,
    Stalled,
    TooSlow,
    UnspeakableText,
)
from livekit.plugins.sarvam_pooled.options import Synthesis
from livekit.plugins.sarvam_pooled.synthesis.adaptive_stats import AdaptiveStats
from livekit.plugins.sarvam_pooled.synthesis.hedge import FirstAudioModel, HedgeBudget
from livekit.plugins.sarvam_pooled.synthesis.records import SegmentRecord
from livekit.plugins.sarvam_pooled.synthesis.segment_assembler import SegmentAssembler
from livekit.plugins.sarvam_pooled.synthesis.segment_synthesis import SegmentSynthesis
from livekit.plugins.sarvam_pooled.synthesis.speech_rate import SpeechRate
from livekit.plugins.sarvam_pooled.synthesis.stall_timeout import MessageGaps
from livekit.plugins.sarvam_pooled.text.segment import Segment

from tests.support import virtual_clock

from .scripted import LATE, RATE, USUAL, Plan, ScriptedSynthesiser, race


def test_an_attempt_in_time_stays_alone() -> None:
    """Ordinary times need no second request."""
    synthesiser, heard, record, took = race(Plan(USUAL))
    assert synthesiser.began == [0.0]
    assert len(heard) == 9600
    assert not record.hedged
    assert took == pytest.approx(0.4)


def test_a_late_attempt_is_hedged_and_the_loser_cancelled() -> None:
    """The second starts when the first is late, plays, and the first is cancelled at once."""
    synthesiser, heard, record, took = race(Plan(1.8), Plan(USUAL))
    assert synthesiser.began == [0.0, LATE]
    assert synthesiser.ended == ["cancelled", "complete"]
    # When the other has its first audio, and not when that one is done.
    assert synthesiser.ended_at == pytest.approx({0: LATE + USUAL, 1: LATE + USUAL + 0.1})
    assert set(heard[::2]) == {2}
    assert record.hedge_won
    assert took == pytest.approx(LATE + USUAL + 0.1)


def test_the_first_may_still_win() -> None:
    """Late, but earlier than its hedge: the hedge is cancelled."""
    synthesiser, heard, record, _ = race(Plan(0.5), Plan(USUAL))
    assert synthesiser.ended == ["complete", "cancelled"]
    assert set(heard[::2]) == {1}
    assert record.hedged
    assert not record.hedge_won


def test_no_hedge_while_earlier_audio_still_plays() -> None:
    """With 2 s of audio ahead, the second starts only when the Segment would be late."""
    synthesiser, _, _, _ = race(Plan(9.0), Plan(USUAL), slack=2.0, time_limit=20)
    assert synthesiser.began == [0.0, 2.0 - USUAL]


def test_no_hedge_without_budget() -> None:
    """The cost is bounded: the caller waits."""
    synthesiser, _, record, took = race(Plan(1.8), tokens=0.0)
    assert synthesiser.began == [0.0]
    assert not record.hedged
    assert took == pytest.approx(1.9)


def test_hedging_can_be_switched_off() -> None:
    """There is one Attempt at a time then."""
    synthesiser, _, _, _ = race(Plan(1.8), hedge=False)
    assert synthesiser.began == [0.0]


def test_audio_that_began_is_never_paid_twice() -> None:
    """Slow after its first audio: no second Attempt."""
    synthesiser, _, record, _ = race(Plan(USUAL, rest=5.0))
    assert synthesiser.began == [0.0]
    assert not record.hedged


def test_a_failed_attempt_is_retried_at_once() -> None:
    """Nothing was heard yet: the second one gives all of the Segment."""
    lost = Plan(float("inf"), rest=0.05, error=ConnectionLost("x"))
    synthesiser, heard, record, _ = race(lost, Plan(USUAL))
    assert synthesiser.began == [0.0, 0.05]
    assert len(heard) == 9600
    assert record.retries == 1


def test_a_hedge_is_not_a_retry_in_any_round() -> None:
    """Two Attempts that both fail, and two more: one retry and two hedges."""
    failing = Plan(float("inf"), rest=1.0, error=ConnectionLost("x"))
    _, _, record, _ = race(failing, failing, Plan(2.0), Plan(USUAL))
    assert [attempt.hedge for attempt in record.attempts] == [False, True, False, True]
    assert (record.retries, record.hedges) == (1, 2)


def test_a_hedge_that_fails_leaves_the_first_alone() -> None:
    """The first goes on as if it had never been hedged."""
    failing = Plan(float("inf"), rest=0.05, error=ConnectionLost("x"))
    synthesiser, heard, _, _ = race(Plan(1.0), failing)
    assert synthesiser.ended == ["complete", "failed"]
    assert set(heard[::2]) == {1}


def test_the_first_fails_and_its_hedge_goes_on() -> None:
    """The Segment fails only if both fail."""
    failing = Plan(float("inf"), rest=0.5, error=ConnectionLost("x"))
    synthesiser, heard, _, _ = race(failing, Plan(USUAL))
    assert synthesiser.ended == ["failed", "complete"]
    assert set(heard[::2]) == {2}


def test_a_segment_that_breaks_off_is_resumed_where_it_stopped() -> None:
    """The caller hears no part of it twice."""
    broken = Plan(USUAL, error=ConnectionLost("x"))
    synthesiser, heard, _, _ = race(broken, Plan(USUAL))
    assert synthesiser.ended == ["failed", "complete"]
    # The first half of the first Attempt, and of the second only what comes after it.
    assert heard[:4800:2] == b"\x01" * 2400
    assert 0 < len(heard) - 4800 <= 9600 - 4800 + RATE // 2


def test_an_attempt_that_cancels_itself_is_retried() -> None:
    """Its cancellation is the synthesiser's, not the reply's: the Segment is not lost."""
    cancelled = Plan(float("inf"), rest=0.05, error=asyncio.CancelledError())
    synthesiser, heard, _, _ = race(cancelled, Plan(USUAL))
    assert synthesiser.ended == ["cancelled", "complete"]
    assert len(heard) == 9600


def test_retries_are_limited() -> None:
    """After three failures in a row the Segment fails."""
    lost = Plan(float("inf"), rest=0.05, error=ConnectionLost("x"))
    with pytest.raises(ConnectionLost):
        race(lost, lost, lost)


def test_the_time_limit_holds_over_all_attempts() -> None:
    """A caller who heard nothing is not kept waiting by retries."""
    late = Plan(float("inf"), rest=0.5, error=FirstAudioTimeout("x"))
    with pytest.raises(FirstAudioTimeout):
        race(late, hedge=False, time_limit=0.5)


def test_a_refusal_is_not_retried() -> None:
    """The same request would be refused again."""
    refused = Plan(float("inf"), rest=0.05, error=RequestRefused("x", status=403))
    with pytest.raises(RequestRefused):
        race(refused)


def test_an_unspeakable_segment_is_skipped() -> None:
    """The reply goes on without it, and its record says so."""
    unspeakable = Plan(float("inf"), rest=0.05, error=UnspeakableText("x", status=422))
    _, heard, record, _ = race(unspeakable)
    assert heard == b""
    assert record.skipped


def test_no_hedge_for_a_segment_that_was_heard_in_part() -> None:
    """After a failure in mid-Segment part of it plays already: one more Attempt, not two."""
    synthesiser, _, record, _ = race(Plan(USUAL, error=ConnectionLost("x")), Plan(3.0))
    assert len(synthesiser.began) == 2
    assert not record.hedged


def test_audio_that_is_too_long_is_retried_and_no_more_of_it_is_played() -> None:
    """An Attempt of the right length is shorter than what was heard: none of it is played."""
    endless = Plan(USUAL, error=ProviderFailed("too long"), pieces=100)
    synthesiser, heard, _, _ = race(endless, Plan(USUAL, pieces=17))
    assert len(synthesiser.began) == 2
    assert heard == bytes([1, 0]) * (99 * 2400)


def test_audio_that_is_always_too_long_fails_the_segment() -> None:
    """After as many Attempts as any other failure; the fallback TTS says no more than is left."""
    endless = Plan(USUAL, error=ProviderFailed("too long"), pieces=100)
    with pytest.raises(ProviderFailed):
        race(endless, endless, endless)
    other = ScriptedSynthesiser(Plan(USUAL))
    synthesiser, heard, _, _ = race(endless, endless, endless, other=other, text="One two three.")
    assert len(synthesiser.began) == 2
    assert other.texts == ["three."]
    assert len(heard) == (99 + 2) * 4800


def test_a_bucket_of_hedges_is_never_overdrawn() -> None:
    """Of 200 late Attempts in a row, no more are hedged than the initial tokens and 5 %."""

    async def work() -> int:
        model = FirstAudioModel(quantile=0.95)
        for _ in range(10):
            model.observe(characters=20, seconds=USUAL)
        stats = AdaptiveStats(
            model, HedgeBudget(share=0.05, initial=2.0), SpeechRate(), MessageGaps()
        )
        hedged = 0
        for _ in range(200):
            record = SegmentRecord(0, 20, text_ready=0.0)
            await SegmentSynthesis(
                Segment(0, "x" * 20),
                ScriptedSynthesiser(Plan(1.8), Plan(1.8)),
                rules=Synthesis(),
                stats=stats,
                assembler=SegmentAssembler(
                    bytes, sample_rate=RATE, first=True, trim_silence=0.0, lossy=False
                ),
                slack=float,
                record=record,
                time_limit=5.0,
            ).run()
            hedged += record.hedged
            # The model is kept from learning that this is ordinary.
            model.observe(characters=20, seconds=USUAL)
            model.observe(characters=20, seconds=USUAL)
        return hedged

    assert 10 <= virtual_clock.run(work()) <= 2 + 200 * 0.05


def test_an_end_that_never_comes_is_believed_the_second_time() -> None:
    """Two Attempts that stalled after the same length are complete: no third is paid for."""
    quiet = Plan(USUAL, error=Stalled("x"), pieces=17)
    synthesiser, heard, _, _ = race(quiet, quiet, quiet)
    assert len(synthesiser.began) == 2
    assert len(heard) == 16 * 4800


def test_a_stall_far_from_the_end_is_no_end() -> None:
    """Twice in the same early place: the text takes longer, so it is requested again."""
    stalled = Plan(USUAL, error=Stalled("x"), pieces=6)
    synthesiser, heard, _, _ = race(stalled, stalled, Plan(USUAL, pieces=17))
    assert len(synthesiser.began) == 3
    assert len(heard) == 17 * 4800


def test_an_end_that_never_comes_does_not_kill_the_reply() -> None:
    """A text spoken far faster than usual: when no Attempt is left, the common length is taken."""
    quiet = Plan(USUAL, error=Stalled("x"), pieces=6)
    synthesiser, heard, _, _ = race(quiet, quiet, quiet)
    assert len(synthesiser.began) == 3
    assert len(heard) == 5 * 4800


def test_audio_that_was_too_slow_is_no_end() -> None:
    """There is certainly more of it, however similar two Attempts are."""
    slow = Plan(USUAL, error=TooSlow("x"), pieces=17)
    synthesiser, heard, _, _ = race(slow, slow, Plan(USUAL, pieces=18))
    assert len(synthesiser.began) == 3
    assert len(heard) == 18 * 4800


def test_a_sound_or_two_are_no_end() -> None:
    """However often they come: the text takes far longer, so the Segment fails."""
    click = Plan(USUAL, error=Stalled("x"), pieces=2)
    with pytest.raises(Stalled):
        race(click, click, click)


def test_all_attempts_together_have_a_time_limit() -> None:
    """Each trickles for long and stalls; then another synthesiser continues, with its own time."""
    slow = Plan(USUAL, rest=7.0, error=Stalled("x"))
    with pytest.raises(Stalled):
        race(slow, slow, slow, audio_limit=5.0)
    other = ScriptedSynthesiser(Plan(USUAL, pieces=17))
    synthesiser, heard, _, took = race(slow, slow, slow, audio_limit=5.0, other=other)
    assert len(synthesiser.began) == 2
    assert took == pytest.approx(10.4, abs=0.05)
    assert len(heard) == (1 + 17) * 4800


def test_stalls_in_different_places_fail_the_segment() -> None:
    """No two agree on where it ends: words are missing."""
    with pytest.raises(Stalled):
        race(*(Plan(USUAL, error=Stalled("x"), pieces=pieces) for pieces in (3, 5, 9)))


@pytest.mark.parametrize(
    "error",
    [
        ProviderFailed("x", status=408),
        ProviderFailed("x", status=500),
        ConnectionLost("x"),
        Stalled("x"),
    ],
    ids=lambda error: f"{type(error).__name__}{getattr(error, 'status', '')}",
)
def test_a_transient_failure_is_retried_at_once(error: SarvamError) -> None:
    """The second Attempt begins when the first has failed, and gives all of the Segment."""
    synthesiser, heard, _, _ = race(Plan(float("inf"), rest=0.05, error=error), Plan(USUAL))
    assert synthesiser.began == [0.0, 0.05]
    assert len(heard) == 9600


@pytest.mark.parametrize(
    "error", [ProviderFailed("x", status=429), ProviderFailed("x", status=503), ConnectFailed("x")]
)
def test_a_busy_server_is_given_time(error: SarvamError) -> None:
    """An immediate retry would be refused too: 0.1 s, then 0.2 s."""
    busy = Plan(float("inf"), rest=0.05, error=error)
    synthesiser, _, _, _ = race(busy, busy, Plan(USUAL))
    assert synthesiser.began == [0.0, 0.15, 0.4]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_fails_the_segment_at_once_whatever_its_status(status: int) -> None:
    """Nothing was wrong with the connection."""
    with pytest.raises(RequestRefused):
        race(Plan(float("inf"), rest=0.05, error=RequestRefused("x", status=status)))
