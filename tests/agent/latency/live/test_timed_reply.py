"""A reply as Marks and flags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from livekit.plugins.sarvam_pooled import AttemptRecord, SegmentRecord

from agent.latency.live.timed_reply import AnsweredTurn, TimedReply
from agent.latency.marks import Kind, Mark

MakeSegment = Callable[..., SegmentRecord]


def answered(*records: SegmentRecord, **given: bool) -> TimedReply:
    """A reply to a turn that ended at 10.0 and was committed at 10.3, as far as it is known."""
    turn = AnsweredTurn(
        kind=Kind.TURN,
        number=1,
        marks={Mark.SPEECH_END: 10.0, Mark.VAD_END: 10.25, Mark.COMMITTED: 10.3},
    )
    reply = TimedReply(turn=turn, records=list(records), **{"spoken": True, **given})
    reply.stamp(Mark.LLM_REQUEST, 10.2)
    reply.stamp(Mark.FIRST_TOKEN, 10.45)
    reply.stamp(Mark.FIRST_FRAME, 10.81)
    reply.stamp(Mark.FIRST_SAMPLE, 10.82)
    return reply


def test_the_path_leads_through_the_first_attempt(make_segment: MakeSegment) -> None:
    """All its stages are there, and sum to the total."""
    line = answered(make_segment(at=10.5)).timeline
    assert line is not None
    names = [stage.name for stage in line.stages]
    assert names[-6:] == ["segmentation", "pool", "send", "tts", "decode", "publish", "play"][-6:]
    assert line.total_us == sum(stage.us for stage in line.stages) == 820_000


def test_segments_may_be_done_in_any_order(make_segment: MakeSegment) -> None:
    """Until the first is, nobody knows how the sound came about."""
    later, first = make_segment(1, at=10.6), make_segment(0, at=10.5)
    reply = answered(later)
    assert not reply.is_known
    reply.records.append(first)
    assert reply.is_known
    assert reply.first is first


def test_a_segment_without_sound_is_not_the_first(make_segment: MakeSegment) -> None:
    """There was nothing to say in it."""
    silent, heard = make_segment(0, at=10.4, sounds=False), make_segment(1, at=10.5)
    assert answered(heard, silent).first is heard


def test_a_hedge_that_lost_overlapped_the_path(make_segment: MakeSegment) -> None:
    """The path is the first Attempt's."""
    record = make_segment(at=10.5, hedged=True)
    record.attempts.append(AttemptRecord(started=10.7, hedge=True, sent=10.7, done=10.8))
    reply = answered(record)
    assert reply.flags.hedged
    assert not reply.flags.hedge_won
    line = reply.timeline
    assert line is not None
    assert [(b.name, b.start_us, b.us, b.why) for b in line.overlapped][-1] == (
        "hedge", 700_000, 100_000, "hedge"
    )  # fmt: skip


def test_a_hedge_that_won_counts_from_the_first_attempt(make_segment: MakeSegment) -> None:
    """The TTS was slow, not the pool; the first Attempt overlapped the path."""
    slow = AttemptRecord(started=10.5, leased=10.501, sent=10.502, done=10.8)
    fast = AttemptRecord(
        started=10.7, hedge=True, sent=10.7, first_byte=10.79, first_pcm=10.8, done=10.9
    )
    reply = answered(make_segment(at=10.5, hedged=True, hedge_won=True, attempts=[slow, fast]))
    line = reply.timeline
    assert line is not None
    assert line.by_stage["tts"] == 288_000
    assert (line.overlapped[-1].name, line.overlapped[-1].why) == ("tts", "outrun")


def test_an_attempt_that_failed_before_the_race_did_not_lose_it(make_segment: MakeSegment) -> None:
    """It was retried; only an Attempt that ran at the same time as the winner was outrun."""
    failed = AttemptRecord(started=10.5, sent=10.502, done=10.55, failure="ProviderFailed")
    slow = AttemptRecord(started=10.55, sent=10.56, done=10.8)
    fast = AttemptRecord(started=10.7, hedge=True, sent=10.7, first_pcm=10.8, done=10.9)
    attempts = [failed, slow, fast]
    reply = answered(make_segment(at=10.5, hedged=True, hedge_won=True, attempts=attempts))
    line = reply.timeline
    assert line is not None
    assert [ran.start_us for ran in line.overlapped if ran.why == "outrun"] == [550_000]


def test_sound_from_the_store_is_cached() -> None:
    """No voice was asked, so there is nothing to wait for."""
    reply = answered(spoken=False)
    assert reply.is_known
    assert reply.flags.cached


def test_a_cached_segment_has_no_connection(make_segment: MakeSegment) -> None:
    """Its Attempt found the phrase."""
    attempt = AttemptRecord(started=10.5, first_pcm=10.501, cached=True)
    reply = answered(make_segment(at=10.5, attempts=[attempt]))
    assert reply.flags.cached
    assert Mark.SENT not in reply.marks


def test_the_fallback_tts_has_no_segments(make_segment: MakeSegment) -> None:
    """Those of the primary TTS, which is tried again in the background, were not heard."""
    known = make_segment(at=10.9)
    known.attempts[0].cached = True
    reply = answered(known, fallback_tts=True)
    assert reply.is_known
    assert not reply.flags.cached
    assert Mark.SENT not in reply.marks


def test_a_reply_that_the_fallback_tts_finished_began_in_the_first(
    make_segment: MakeSegment,
) -> None:
    """Its path is the first's, and the flag says who was needed."""
    last = make_segment(1, at=10.9)
    last.attempts.append(AttemptRecord(started=11.0, fallback_tts=True))
    reply = answered(make_segment(at=10.5), last)
    assert Mark.SENT in reply.marks
    assert reply.flags.fallback_tts
    assert reply.flags.retries == 1


def test_a_reply_is_preemptive_if_it_began_before_the_commit(make_segment: MakeSegment) -> None:
    """The model was asked before it here, the voice only in the second reply."""
    assert answered(make_segment(at=10.5)).flags.preemptive_llm
    assert not answered(make_segment(at=10.5)).flags.preemptive_tts
    assert answered(make_segment(at=10.28)).flags.preemptive_tts
    assert not TimedReply().flags.preemptive_llm


def test_retries_of_the_whole_reply_are_counted(make_segment: MakeSegment) -> None:
    """A hedge is none."""
    failed = make_segment(1, at=10.6)
    failed.attempts *= 3
    hedged = make_segment(0, at=10.5, hedged=True)
    hedged.attempts.append(replace(hedged.attempts[0], hedge=True))
    assert answered(hedged, failed).flags.retries == 2
