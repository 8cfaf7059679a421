"""A whole reply on a virtual clock: what is asked for when, and what is heard in which order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.errors import (
    ConnectionLost,
    RequestRefused,
    UnspeakableText,
)
from livekit.plugins.sarvam_pooled.options import Options
from livekit.plugins.sarvam_pooled.synthesis.adaptive_stats import AdaptiveStats
from livekit.plugins.sarvam_pooled.synthesis.reply import Reply, Sinks
from livekit.plugins.sarvam_pooled.text.segment import Segment
from livekit.plugins.sarvam_pooled.text.segmenter import Segmenter

from .studio import RATE, Plan, Studio, sentences, speak

plans = st.builds(
    Plan,
    first=st.floats(0.01, 3),
    gap=st.floats(0.001, 0.2),
    pieces=st.integers(2, 12),
    errors=st.lists(st.just(ConnectionLost("x")), max_size=2).map(tuple),
)


@given(st.lists(plans, min_size=1, max_size=6), st.integers(1, 4))
@settings(max_examples=40)
def test_every_segment_sounds_once_in_the_order_of_the_text(drawn: list[Plan], lanes: int) -> None:
    """Whichever is ready first, and however often connections break off half-way."""
    studio = Studio(dict(enumerate(drawn)))
    outcome = speak(sentences(len(drawn)), studio=studio, parallel=lanes)
    expected = [(index, round(plan.pieces / 10, 3)) for index, plan in enumerate(drawn)]
    assert outcome.error is None
    assert outcome.lengths == expected
    assert studio.peak <= lanes
    assert outcome.text == sentences(len(drawn))
    assert all(before.end <= after.start + 1e-9 for before, after in pairwise(outcome.words))


def test_segments_side_by_side_take_the_time_of_the_slowest() -> None:
    """Six sentences, each 1 s until it is made: a third of the time of one after the other."""
    slow = Plan(first=0.8, gap=0.02)
    alone = speak(sentences(6), studio=Studio(usual=slow), parallel=1).ended
    together = speak(sentences(6), studio=Studio(usual=slow), parallel=3).ended
    assert together == pytest.approx(alone / 3)


def test_look_ahead_is_bounded() -> None:
    """Of two minutes of text no more is made than is played soon; nothing stalls for it."""
    studio = Studio(usual=Plan(first=0.1, gap=0.0, pieces=60))
    outcome = speak(sentences(20), studio=studio, parallel=3, look_ahead=20.0)
    for now, _ in outcome.studio.began:
        pushed = sum(seconds for at, seconds in outcome.pushes if at < now)
        # Playing began with the first push; what is in flight is not counted yet.
        assert pushed - max(0.0, now - outcome.pushes[0][0]) <= 20.0 + 1e-6
    at_ten = [index for now, index in studio.began if now < 10.0]
    assert len(at_ten) <= 8
    assert [index for index, _ in outcome.lengths] == list(range(20))
    played_to = 0.0
    for at, seconds in outcome.pushes:
        played_to = played_to or at
        assert at <= played_to + 1e-6
        played_to += seconds


def test_what_was_not_begun_at_a_barge_in_is_never_paid_for() -> None:
    """One second into twenty sentences, five have been asked for, and none after."""
    studio = Studio(usual=Plan(first=0.1, gap=0.0, pieces=60))
    outcome = speak(sentences(20), studio=studio, cancel_at=1.0, look_ahead=20.0)
    assert isinstance(outcome.error, asyncio.CancelledError)
    assert outcome.ended == pytest.approx(1.0)
    assert len(studio.began) <= 6


def test_a_cancelled_reply_cancels_what_is_in_flight() -> None:
    """Attempts end with their reply, at once."""
    studio = Studio(usual=Plan(first=5.0))
    outcome = speak(sentences(3), studio=studio, cancel_at=1.0)
    assert isinstance(outcome.error, asyncio.CancelledError)
    assert studio.cancelled == 3
    assert outcome.ended == pytest.approx(1.0)


def test_before_a_failure_everything_is_heard() -> None:
    """A refused Segment ends the reply at its place, not in the middle of an earlier one."""
    refused = Plan(first=0.0, pieces=0, errors=(RequestRefused("x", status=422),) * 9)
    studio = Studio({0: Plan(first=1.0), 2: refused, 3: Plan(first=9.0)})
    outcome = speak(sentences(6), studio=studio, parallel=4)
    assert isinstance(outcome.error, RequestRefused)
    assert outcome.lengths == [(0, 1.0), (1, 1.0)]
    assert {index for _, index in studio.began} == {0, 1, 2, 3}
    assert studio.cancelled == 1


def test_of_two_failures_the_first_in_the_text_counts() -> None:
    """Nothing behind it was heard, so nobody cares for the second."""
    early = Plan(first=2.0, pieces=0, errors=(RequestRefused("early", status=400),))
    late = Plan(first=0.0, pieces=0, errors=(RequestRefused("late", status=400),))
    outcome = speak(sentences(4), studio=Studio({1: early, 2: late}))
    assert str(outcome.error) == "early"
    assert outcome.lengths == [(0, 1.0)]


def test_a_mistake_in_a_source_ends_the_reply_too() -> None:
    """An exception of any kind is raised, not swallowed; nobody waits for ever."""
    broken = Plan(first=0.0, errors=(ZeroDivisionError("x"),))
    outcome = speak(sentences(3), studio=Studio({1: broken}))
    assert isinstance(outcome.error, ZeroDivisionError)


def test_an_llm_that_fails_ends_the_reply_behind_what_it_said() -> None:
    """Its error is raised, once all that had come was heard."""
    outcome = speak("Sentence number 0. ", ZeroDivisionError("x"), studio=Studio())
    assert isinstance(outcome.error, ZeroDivisionError)
    assert outcome.lengths == [(0, 1.0)]


def test_audio_behind_a_late_segment_buys_it_no_time() -> None:
    """The second Segment is ready, and waits; the first is hedged as if it were alone."""
    studio = Studio({0: Plan(first=9.0)}, first_only=True)
    outcome = speak(sentences(2), studio=studio, hedge=True)
    assert [index for _, index in studio.began] == [0, 1, 0]
    # Late is twice the usual time for 18 characters, before anything was learnt: 585 ms.
    assert outcome.pushes[0][0] == pytest.approx(0.585 + 0.3, abs=0.01)
    assert outcome.lengths == [(0, 1.0), (1, 1.0)]


def test_audio_before_a_late_segment_buys_it_time() -> None:
    """The third is late while two others play: no second request before it would be missed."""
    studio = Studio({2: Plan(first=9.0)}, first_only=True)
    speak(sentences(3), studio=studio, hedge=True)
    [first, second] = [at for at, index in studio.began if index == 2]
    assert first == pytest.approx(0.0, abs=1e-6)
    assert 0.3 + 2.0 - 0.5 < second < 0.3 + 2.0


def test_an_unspeakable_segment_is_left_out_of_sound_and_transcript() -> None:
    """The others go on in their order, and history does not hold what nobody said."""
    silent = Plan(first=0.0, pieces=0, errors=(UnspeakableText("x", status=422),))
    outcome = speak(sentences(3), studio=Studio({1: silent}))
    assert outcome.lengths == [(0, 1.0), (2, 1.0)]
    assert outcome.text == "Sentence number 0. Sentence number 2."
    assert [r.skipped for r in sorted(outcome.records, key=lambda r: r.index)] == [
        False, True, False,
    ]  # fmt: skip


def test_an_llm_may_pause_for_half_a_minute() -> None:
    """No time limit runs while there is no text; what follows is heard as ever."""
    outcome = speak(
        "Sentence number 0. ", 30.0, "Sentence number 1.", studio=Studio(), time_limit=1.0
    )
    assert outcome.error is None
    assert outcome.lengths == [(0, 1.0), (1, 1.0)]
    assert outcome.ended == pytest.approx(30.0 + 0.3 + 10 * 0.02)


def test_text_that_was_held_when_the_llm_paused_is_heard_at_once() -> None:
    """Half a sentence before a tool call: it is spoken while the tool works."""
    outcome = speak("Let me look that up", 30.0, " for you.", studio=Studio())
    assert [index for index, _ in outcome.lengths] == [0, 1]
    assert outcome.pushes[0][0] < 1.0
    assert outcome.text == "Let me look that up for you."


def test_a_flush_gives_up_what_is_held() -> None:
    """LiveKit's flush says that no more comes for now: nothing waits for a better cut."""
    studio = Studio()
    speak("Let me look", None, 9.0, " that up.", studio=studio)
    assert [index for _, index in studio.began] == [0, 1]
    assert studio.began[0][0] == pytest.approx(0.0, abs=1e-6)


def test_a_reply_without_text_ends_at_once() -> None:
    """No Segment, no request, no error."""
    for script in ([], [None], ["", None], [" \n", "🙂"]):
        outcome = speak(*script, studio=Studio())
        assert (outcome.error, outcome.pcm, outcome.studio.began) == (None, b"", [])


@pytest.mark.parametrize("at", [0.31, 0.7, 1.05, 1.4])
def test_an_interrupted_transcript_ends_where_the_audio_ends(at: float) -> None:
    """Audio at the pace of speech, cut off: no word that had not begun to sound."""
    studio = Studio(usual=Plan(first=0.3, gap=0.1, pieces=13))
    outcome = speak(sentences(2), studio=studio, cancel_at=at, parallel=1)
    heard = len(outcome.pcm) / 2 / RATE
    assert outcome.words
    assert all(word.start < heard for word in outcome.words)
    # And none is missing that had ended.
    share = len(outcome.text) / len(sentences(2)) * 2.6
    assert share == pytest.approx(heard, abs=0.8)


def test_words_of_a_segment_that_waited_come_with_its_audio() -> None:
    """Its first Chunks are played in one go when the one before ends; the rest is yet to come."""
    studio = Studio({0: Plan(first=0.5, gap=0.02), 1: Plan(first=0.4, gap=0.1, pieces=13)})
    outcome = speak(sentences(2), studio=studio, cancel_at=0.75)
    assert outcome.lengths[1] == (1, 0.4)
    assert outcome.text == "Sentence number 0. Sentence "


def test_the_first_segment_has_livekits_time_and_later_ones_more() -> None:
    """A caller who hears nothing gets an error in time; one who hears something, the words."""
    slow = Plan(first=1.5)
    assert speak(sentences(2), studio=Studio({1: slow}), time_limit=1.0).error is None


async def test_a_text_pushed_whole_leaves_the_loop_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After every 256 characters: of 1 MB pushed whole nothing else ran for seconds. Its first
    words are asked for meanwhile."""
    text = sentences(2000)
    pushed, since_turn, most, asked_at = 0, 0, 0, 0
    push = Segmenter.push

    def counted(self: Segmenter, token: str) -> list[Segment]:
        nonlocal pushed, since_turn, most
        pushed += len(token)
        since_turn += len(token)
        most = max(most, since_turn)
        return push(self, token)

    async def tokens() -> AsyncIterator[str | None]:
        yield text

    monkeypatch.setattr(Segmenter, "push", counted)
    studio, options = Studio(), Options()
    reply = Reply(
        studio,
        options=options,
        stats=AdaptiveStats.initial(options.synthesis),
        sinks=Sinks(on_pcm=bytes, on_words=list, on_segment_done=bool),
        time_limit=5.0,
    )
    task = asyncio.create_task(reply.run(tokens()))
    while pushed < len(text):
        await asyncio.sleep(0)
        since_turn = 0
        asked_at = asked_at or (pushed if studio.began else 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert most == 256
    assert asked_at < 10 * 256
