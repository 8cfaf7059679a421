"""Replies and their interruptions as reports."""

from __future__ import annotations

from agent.latency.live.reporter import Reporter
from agent.latency.live.timed_reply import AnsweredTurn, TimedReply
from agent.latency.marks import Kind, Mark

TURN = AnsweredTurn(
    kind=Kind.TURN,
    number=3,
    marks={Mark.SPEECH_END: 10.0, Mark.COMMITTED: 10.3},
    heard="when do you open",
)


def test_a_report_is_of_the_wall(wall: float) -> None:
    """Its origin is the caller's last sound, in seconds of Unix time, also when reported again."""
    reply = TimedReply(turn=TURN, said=" At nine. ")
    reply.stamp(Mark.FIRST_FRAME, 10.9)
    reply.stamp(Mark.FIRST_SAMPLE, 11.0)
    reporter = Reporter("room", now=10.0)
    report = reporter.reply(reply)
    assert report is not None
    assert report.at == wall
    assert (report.call, report.turn, report.total_us) == ("room", 3, 1_000_000)
    assert (report.heard, report.said) == ("when do you open", "At nine.")
    assert reporter.reply(reply) == report


def test_what_answers_nobody_is_not_reported() -> None:
    """A reply that was prepared and never played."""
    assert Reporter("room", now=0.0).reply(TimedReply()) is None


def test_an_interruption_counts_from_the_caller(wall: float) -> None:
    """From the first sound over the agent's to silence, with the turn that it ends."""
    marks = {Mark.CALLER_BEGINS: 20.0, Mark.SILENT: 20.4}
    report = Reporter("room", now=20.0).interruption(TimedReply(turn=TURN), marks)
    assert (report.kind, report.turn, report.total_us) == (Kind.INTERRUPTION, 3, 400_000)
    assert report.at == wall
