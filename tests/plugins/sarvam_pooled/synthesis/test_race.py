"""One Segment to the end, by scenario tables on a virtual clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    Closed,
    ConnectFailed,
    ConnectionLost,
    FirstAudioTimeout,
    ProviderFailed,
    RequestRefused,
    SarvamError,
    Stalled,
    UnspeakableText,
)
from livekit.plugins.sarvam_pooled.options import Synthesis
from livekit.plugins.sarvam_pooled.synthesis.attempt import OnPcm, Slack, nobody_waits
from livekit.plugins.sarvam_pooled.synthesis.hedge import FirstAudioModel, HedgeBudget
from livekit.plugins.sarvam_pooled.synthesis.learnt import Learnt
from livekit.plugins.sarvam_pooled.synthesis.marks import AttemptRecord, SegmentRecord
from livekit.plugins.sarvam_pooled.synthesis.patience import MessageGaps
from livekit.plugins.sarvam_pooled.synthesis.race import SegmentRun
from livekit.plugins.sarvam_pooled.synthesis.speech_rate import SpeechRate
from livekit.plugins.sarvam_pooled.synthesis.splice import Splice
from livekit.plugins.sarvam_pooled.text.segment import Segment

from . import virtual_clock

RATE = 24000
# With these the model says: 300 ms is usual for 20 characters, 360 ms is late.
USUAL, LATE = 0.3, 0.33


@dataclass(frozen=True)
class Plan:
    """What an Attempt does: first audio after `first` seconds, its end `rest` seconds later."""

    first: float
    rest: float = 0.1
    error: SarvamError | None = None
    """Raised at the end; before any audio when `first` is infinite."""
    pieces: int = 2
    """Chunks of 0.1 s; an error comes in place of the last."""


class ScriptedSource:
    """Attempts that follow their plans; says when each began and what became of it."""

    def __init__(self, *plans: Plan) -> None:
        self._plans = list(plans)
        self.began: list[float] = []
        self.texts: list[str] = []
        self.ended: list[str] = []
        self.ended_at: dict[int, float] = {}

    async def __call__(
        self,
        segment: Segment,
        on_pcm: OnPcm,
        record: AttemptRecord,
        *,
        time_limit: float,
        slack: Slack = nobody_waits,
    ) -> None:
        clock = asyncio.get_running_loop().time
        number = len(self.began)
        plan = self._plans[number]
        self.began.append(round(clock(), 3))
        self.texts.append(segment.spoken)
        self.ended.append("running")
        record.leased = record.sent = clock()
        try:
            if plan.first == float("inf"):
                await asyncio.sleep(plan.rest)
            else:
                await asyncio.sleep(plan.first)
                record.first_byte = clock()
                for _ in range(plan.pieces - 1):
                    record.seconds += 0.1
                    on_pcm(bytes([number + 1, 0]) * 2400)
                await asyncio.sleep(plan.rest)
            if plan.error is not None:
                raise plan.error
            record.seconds += 0.1
            on_pcm(bytes([number + 1, 0]) * 2400)
            self.ended[number] = "complete"
        except asyncio.CancelledError:
            self.ended[number] = "cancelled"
            raise
        except SarvamError:
            self.ended[number] = "failed"
            raise
        finally:
            self.ended_at[number] = round(clock(), 3)


def race(
    *plans: Plan,
    hedge: bool = True,
    slack: float = 0.0,
    tokens: float = 5.0,
    length: int = 20,
    time_limit: float = 5.0,
    other: ScriptedSource | None = None,
    text: str = "",
) -> tuple[ScriptedSource, bytes, SegmentRecord, float]:
    """Run one Segment: the source, what was heard, the record, and how long it took.

    Args:
        other: What is handed over to.
    """

    async def work() -> tuple[ScriptedSource, bytes, SegmentRecord, float]:
        source = ScriptedSource(*plans)
        model = FirstAudioModel(quantile=0.95)
        for _ in range(10):
            model.observe(characters=20, seconds=USUAL)
        heard = bytearray()
        record = SegmentRecord(0, length, text_ready=0.0)
        segment_run = SegmentRun(
            Segment(0, text or "x" * length),
            source,
            rules=Synthesis(hedge=hedge, retries=2),
            learnt=Learnt(
                model, HedgeBudget(share=0.05, initial=tokens), SpeechRate(), MessageGaps()
            ),
            splice=Splice(
                heard.extend, sample_rate=RATE, first=True, trim_silence=0.0, lossy=False
            ),
            slack=lambda: max(0.0, slack - asyncio.get_running_loop().time()),
            record=record,
            time_limit=time_limit,
            hand_over=lambda _, now, __: other if now is source else source if other else None,
        )
        try:
            await segment_run.run()
        finally:
            # Nothing that was started may outlive the Segment.
            assert "running" not in source.ended
        return source, bytes(heard), record, asyncio.get_running_loop().time()

    return virtual_clock.run(work())


def test_an_attempt_in_time_stays_alone() -> None:
    """No second request for ordinary times."""
    source, heard, record, took = race(Plan(USUAL))
    assert source.began == [0.0]
    assert len(heard) == 9600
    assert not record.hedged
    assert took == pytest.approx(0.4)


def test_a_late_one_is_hedged_and_the_loser_dropped() -> None:
    """The second starts when the first is late, plays, and the first is cancelled at once."""
    source, heard, record, took = race(Plan(1.8), Plan(USUAL))
    assert source.began == [0.0, LATE]
    assert source.ended == ["cancelled", "complete"]
    # When the other has its first audio, and not when that one is done.
    assert source.ended_at == pytest.approx({0: LATE + USUAL, 1: LATE + USUAL + 0.1})
    assert set(heard[::2]) == {2}
    assert record.hedge_won
    assert took == pytest.approx(LATE + USUAL + 0.1)


def test_the_first_may_still_win() -> None:
    """Late, but earlier than its hedge: the hedge is dropped."""
    source, heard, record, _ = race(Plan(0.5), Plan(USUAL))
    assert source.ended == ["complete", "cancelled"]
    assert set(heard[::2]) == {1}
    assert record.hedged
    assert not record.hedge_won


def test_no_hedge_while_earlier_audio_still_plays() -> None:
    """With 2 s of audio ahead, the second starts only when the Segment would be late."""
    source, _, _, _ = race(Plan(9.0), Plan(USUAL), slack=2.0, time_limit=20)
    assert source.began == [0.0, 2.0 - USUAL]


def test_no_hedge_without_budget() -> None:
    """The bill is bounded: the caller waits."""
    source, _, record, took = race(Plan(1.8), tokens=0.0)
    assert source.began == [0.0]
    assert not record.hedged
    assert took == pytest.approx(1.9)


def test_hedging_can_be_switched_off() -> None:
    """Off, there is one Attempt at a time."""
    source, _, _, _ = race(Plan(1.8), hedge=False)
    assert source.began == [0.0]


def test_audio_that_began_is_never_paid_twice() -> None:
    """Slow after its first audio: no second Attempt."""
    source, _, record, _ = race(Plan(USUAL, rest=5.0))
    assert source.began == [0.0]
    assert not record.hedged


def test_a_failed_one_is_tried_again_at_once() -> None:
    """Nothing was heard yet: the second makes it whole."""
    lost = Plan(float("inf"), rest=0.05, error=ConnectionLost("x"))
    source, heard, record, _ = race(lost, Plan(USUAL))
    assert source.began == [0.0, 0.05]
    assert len(heard) == 9600
    assert record.retries == 1


def test_a_hedge_that_fails_leaves_the_first_alone() -> None:
    """The first goes on as if it had never been hedged."""
    failing = Plan(float("inf"), rest=0.05, error=ConnectionLost("x"))
    source, heard, _, _ = race(Plan(1.0), failing)
    assert source.ended == ["complete", "failed"]
    assert set(heard[::2]) == {1}


def test_the_first_fails_and_its_hedge_goes_on() -> None:
    """A failure of one of two is no failure of the Segment."""
    failing = Plan(float("inf"), rest=0.5, error=ConnectionLost("x"))
    source, heard, _, _ = race(failing, Plan(USUAL))
    assert source.ended == ["failed", "complete"]
    assert set(heard[::2]) == {2}


def test_broken_off_in_the_middle_it_is_taken_up_behind() -> None:
    """What was heard is not heard again."""
    broken = Plan(USUAL, error=ConnectionLost("x"))
    source, heard, _, _ = race(broken, Plan(USUAL))
    assert source.ended == ["failed", "complete"]
    # The first half of the first rendering, and of the second only what lies behind it.
    assert heard[:4800:2] == b"\x01" * 2400
    assert 0 < len(heard) - 4800 <= 9600 - 4800 + RATE // 2


def test_retries_end() -> None:
    """Three failures in a row are the Segment's."""
    lost = Plan(float("inf"), rest=0.05, error=ConnectionLost("x"))
    with pytest.raises(ConnectionLost):
        race(lost, lost, lost)


def test_the_time_limit_holds_over_all_attempts() -> None:
    """A caller who heard nothing is not kept waiting by retries."""
    late = Plan(float("inf"), rest=0.5, error=FirstAudioTimeout("x"))
    with pytest.raises(FirstAudioTimeout):
        race(late, hedge=False, time_limit=0.5)


def test_a_refusal_is_not_tried_again() -> None:
    """The same request would be refused again."""
    refused = Plan(float("inf"), rest=0.05, error=RequestRefused("x", status=403))
    with pytest.raises(RequestRefused):
        race(refused)


def test_an_unspeakable_segment_is_left_out() -> None:
    """The reply goes on without it, and its record says so."""
    unspeakable = Plan(float("inf"), rest=0.05, error=UnspeakableText("x", status=422))
    _, heard, record, _ = race(unspeakable)
    assert heard == b""
    assert record.skipped


def test_no_hedge_for_a_segment_that_was_heard_in_part() -> None:
    """After a failure in mid-Segment its text plays already: one more Attempt, not two."""
    source, _, record, _ = race(Plan(USUAL, error=ConnectionLost("x")), Plan(3.0))
    assert len(source.began) == 2
    assert not record.hedged


def test_a_bucket_of_hedges_is_never_overdrawn() -> None:
    """Of 200 late Attempts in a row, no more are hedged than the initial tokens and 5 %."""

    async def work() -> int:
        model = FirstAudioModel(quantile=0.95)
        for _ in range(10):
            model.observe(characters=20, seconds=USUAL)
        learnt = Learnt(model, HedgeBudget(share=0.05, initial=2.0), SpeechRate(), MessageGaps())
        hedged = 0
        for _ in range(200):
            record = SegmentRecord(0, 20, text_ready=0.0)
            await SegmentRun(
                Segment(0, "x" * 20),
                ScriptedSource(Plan(1.8), Plan(1.8)),
                rules=Synthesis(),
                learnt=learnt,
                splice=Splice(bytes, sample_rate=RATE, first=True, trim_silence=0.0, lossy=False),
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
    """Two renderings of one length that both fell quiet are all there is: no third is paid for."""
    quiet = Plan(USUAL, error=Stalled("x"), pieces=17)
    source, heard, _, _ = race(quiet, quiet, quiet)
    assert len(source.began) == 2
    assert len(heard) == 16 * 4800


def test_a_stall_far_from_the_end_is_no_end() -> None:
    """Twice in the same early place: the text takes longer, so it is asked for again."""
    stalled = Plan(USUAL, error=Stalled("x"), pieces=6)
    source, heard, _, _ = race(stalled, stalled, Plan(USUAL, pieces=17))
    assert len(source.began) == 3
    assert len(heard) == 17 * 4800


def test_an_end_that_never_comes_does_not_kill_the_reply() -> None:
    """A text far quicker than usual: when no Attempt is left, what all agree on is taken."""
    quiet = Plan(USUAL, error=Stalled("x"), pieces=6)
    source, heard, _, _ = race(quiet, quiet, quiet)
    assert len(source.began) == 3
    assert len(heard) == 5 * 4800


def test_stalls_in_different_places_fail_the_segment() -> None:
    """No two agree on where it ends: words are missing, and that is said."""
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
def test_what_may_pass_is_tried_again_at_once(error: SarvamError) -> None:
    """The second Attempt begins when the first has failed, and makes it whole."""
    source, heard, _, _ = race(Plan(float("inf"), rest=0.05, error=error), Plan(USUAL))
    assert source.began == [0.0, 0.05]
    assert len(heard) == 9600


@pytest.mark.parametrize(
    "error", [ProviderFailed("x", status=429), ProviderFailed("x", status=503), ConnectFailed("x")]
)
def test_a_busy_server_is_given_time(error: SarvamError) -> None:
    """At once would be refused too: 0.1 s, then 0.2 s."""
    busy = Plan(float("inf"), rest=0.05, error=error)
    source, _, _, _ = race(busy, busy, Plan(USUAL))
    assert source.began == [0.0, 0.15, 0.4]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_stops_at_once_whatever_its_number(status: int) -> None:
    """Nothing was wrong with the connection."""
    with pytest.raises(RequestRefused):
        race(Plan(float("inf"), rest=0.05, error=RequestRefused("x", status=status)))


def test_what_fails_for_good_is_handed_over() -> None:
    """After its last Attempt another Source makes it, with its own time and one more Attempt while
    the caller hears something."""
    dead = [Plan(float("inf"), rest=1.0, error=ConnectionLost("x"))] * 3
    lost = Plan(float("inf"), rest=0.1, error=ProviderFailed("x", status=500))
    other = ScriptedSource(lost, Plan(USUAL))
    source, heard, record, took = race(*dead, time_limit=3.1, hedge=False, other=other, slack=60)
    assert source.began == [0.0, 1.0, 2.0]
    assert other.began == [3.0, 3.1]
    assert len(heard) == 9600
    assert record.retries == 4
    assert took == pytest.approx(3.5)


def test_a_caller_who_would_hear_silence_hears_the_other_sooner() -> None:
    """After two failures; after one, a change of voice is the greater oddity."""
    dead = [Plan(float("inf"), rest=0.5, error=ConnectionLost("x"))] * 3
    other = ScriptedSource(Plan(USUAL))
    source, _, _, took = race(*dead, hedge=False, other=other, slack=1.2)
    assert source.began == [0.0, 0.5]
    assert other.began == [1.0]
    assert took == pytest.approx(1.4)


def test_it_goes_on_where_the_first_broke_off() -> None:
    """It is given the words that were not heard: after 0.4 s those behind the fifth character. All
    that it says of them is heard, however often it has to begin."""
    broken = Plan(USUAL, pieces=5, error=ConnectionLost("x"))
    again = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    other = ScriptedSource(Plan(USUAL, pieces=3, error=ConnectionLost("x")), Plan(USUAL, pieces=6))
    words = "aaaa bbbb cccc dddd"
    _, heard, _, _ = race(broken, again, again, other=other, text=words, hedge=False, slack=9)
    assert other.texts == ["bbbb cccc dddd"] * 2
    assert len(heard) == pytest.approx((4 + 6) * 4800, abs=0.25 * RATE * 2)


def test_when_the_other_fails_too_the_first_is_tried_again() -> None:
    """It may be back, or the other may never have been there."""
    gone = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    other = ScriptedSource(gone)
    source, heard, _, _ = race(gone, gone, Plan(USUAL), other=other)
    assert source.began == [0.0, 0.1, 0.3]
    assert other.began == [0.2]
    assert len(heard) == 9600


def test_what_was_heard_once_is_left_out_once() -> None:
    """Back at the first Source, the words that the other did not say are still to come."""
    broken = Plan(USUAL, pieces=5, error=ConnectionLost("x"))
    gone = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    words = "aaaa bbbb cccc dddd"
    source, _, _, _ = race(
        broken, gone, Plan(USUAL), other=ScriptedSource(gone), text=words, hedge=False
    )
    assert source.texts == [words, words, "bbbb cccc dddd"]


def test_two_sources_that_fail_are_not_asked_for_ever() -> None:
    """To the other, back, and then it is over."""
    gone = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    other = ScriptedSource(*[gone] * 9)
    with pytest.raises(ConnectionLost):
        race(*[gone] * 9, other=other)
    assert len(other.began) == 1


def test_nothing_is_handed_over_when_the_voice_was_closed() -> None:
    """The call is over: nobody listens."""
    other = ScriptedSource(Plan(USUAL))
    with pytest.raises(Closed):
        race(Plan(float("inf"), error=Closed("x")), other=other)
    assert other.began == []


def test_another_voice_teaches_nothing_about_sarvam() -> None:
    """Neither how late it is, nor what hedging may cost; and it is not hedged itself."""

    class Other(ScriptedSource):
        async def __call__(
            self, segment: Segment, on_pcm: OnPcm, record: AttemptRecord, **given: Any
        ) -> None:
            record.second_voice = True
            await super().__call__(segment, on_pcm, record, **given)

    other = Other(Plan(3.0))
    refused = Plan(float("inf"), error=RequestRefused("x", status=402))
    _, heard, record, took = race(refused, other=other)
    assert other.began == [pytest.approx(0.1)]
    assert not record.hedged
    assert len(heard) == 9600
    assert took == pytest.approx(3.2)
