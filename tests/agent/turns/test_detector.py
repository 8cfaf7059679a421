"""When a turn ends: LiveKit gets the threshold when it is over."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from livekit.agents import UserInputTranscribedEvent
from livekit.rtc import EventEmitter

from agent.turns.detector import EndpointingTurnDetector, _EndOfTurnPolicy
from agent.turns.endpointing import EndpointingDelays
from agent.turns.expected import Progress
from agent.turns.turn_transcript import TurnTranscript
from tests.support import virtual_clock

THRESHOLD = 0.36
DELAYS = EndpointingDelays(min_delay=0.0, uncertain_delay=0.25, max_delay=0.3)
"""LiveKit asks at 0.2 s, so these leave 0, 50 and 100 ms."""


class Stream:
    """LiveKit's stream; what it answers is the test's to say."""

    def __init__(self) -> None:
        self.asked: list[asyncio.Future[SimpleNamespace]] = []
        self.flushed: list[str | None] = []
        self.asked_again = asyncio.Event()

    def predict(self) -> asyncio.Future[SimpleNamespace]:
        self.cancel_inference()
        self.asked.append(asyncio.get_running_loop().create_future())
        if len(self.asked) > 1:
            self.asked_again.set()
        return self.asked[-1]

    def cancel_inference(self, *, timed_out: bool = False) -> None:
        for answer in self.asked:
            if not answer.done():
                answer.set_result(SimpleNamespace(end_of_turn_probability=0.0))

    def flush(self, reason: str | None = None) -> None:
        self.flushed.append(reason)
        self.cancel_inference()

    async def unlikely_threshold(self, language: str | None) -> float:
        return THRESHOLD

    def answers(self, probability: float) -> None:
        """To the last question."""
        self.asked[-1].set_result(SimpleNamespace(end_of_turn_probability=probability))


class Words:
    """What the caller has said."""

    def __init__(self) -> None:
        self.is_complete, self.is_unfinished, self.cleared = True, False, 0
        self.progress = Progress.UNRELATED

    def clear(self) -> None:
        self.cleared += 1


class Reply:
    """The reply that is prepared."""

    is_pending = False


class Silence:
    """A silence in which LiveKit has asked, and the answer has come."""

    def __init__(
        self, *, delays: EndpointingDelays | None = DELAYS, again: tuple[float, ...] = ()
    ) -> None:
        self.stream, self.transcript, self.preemptive_reply = Stream(), Words(), Reply()
        self.predicted: list[bool] = []
        self.answered: list[float] = []
        self.silences = _EndOfTurnPolicy(
            self.stream,
            delays,
            self.transcript,
            self.preemptive_reply,
            again,
            self._on_predicted,
        )

    def _on_predicted(self, at: float, predicts_end: bool) -> None:
        self.answered.append(round(at, 3))
        self.predicted.append(predicts_end)

    async def asked(self, probability: float) -> asyncio.Task[float | None]:
        """LiveKit asks for the threshold; the task has begun to wait for it."""
        answer = self.stream.predict()
        self.stream.answers(probability)
        await answer
        waiting = asyncio.create_task(self.stream.unlikely_threshold("en"))
        for _ in range(3):
            await asyncio.sleep(0)
        return waiting


def now() -> float:
    """Seconds since the test began."""
    return asyncio.get_running_loop().time()


def delays(max_delay: float) -> EndpointingDelays:
    """Such that nothing but the shortest is reached in a test."""
    return EndpointingDelays(min_delay=0.0, uncertain_delay=max_delay, max_delay=max_delay)


@virtual_clock.without_sockets
async def test_an_end_that_nothing_speaks_against_is_one_at_once() -> None:
    """And LiveKit finds its own answer above the threshold."""
    silence = Silence(delays=delays(60))
    waiting = await silence.asked(0.5)
    assert await waiting == THRESHOLD
    assert silence.predicted == [True]


@virtual_clock.without_sockets
async def test_a_doubted_end_is_one_after_the_doubt() -> None:
    """LiveKit is then given a threshold that its answer reaches, or it would wait once more."""
    silence = Silence()
    waiting = await silence.asked(0.1)
    assert not waiting.done()
    assert await waiting == 0.1
    assert now() == pytest.approx(0.05)
    assert silence.predicted == [False]


@virtual_clock.without_sockets
async def test_words_that_cannot_end_there_are_waited_for() -> None:
    """For the longest delay, whatever the detector says."""
    silence = Silence(delays=delays(60))
    silence.transcript.is_unfinished = True
    waiting = await silence.asked(0.9)
    assert await waiting == THRESHOLD
    assert now() == pytest.approx(60 - 0.2)


@virtual_clock.without_sockets
async def test_a_number_is_waited_for_and_ends_the_turn_when_it_is_whole() -> None:
    """Between its groups the detector hears an end; with the last digit nothing is left to wait
    for, even if the detector expects more."""
    limits = EndpointingDelays(
        min_delay=0.2, uncertain_delay=0.8, max_delay=1.5, dictation_delay=3.0
    )
    silence = Silence(delays=limits)
    silence.transcript.progress = Progress.PARTIAL
    waiting = await silence.asked(0.9)
    await asyncio.sleep(2.7)
    assert not waiting.done()
    await waiting
    assert now() == pytest.approx(3.0 - 0.2)

    silence.transcript.progress = Progress.COMPLETE
    await (await silence.asked(0.1))
    assert now() == pytest.approx(3.0 - 0.2)


async def test_an_expectation_reaches_the_words_if_they_count() -> None:
    """With TURN_WORDS=false none do, and nothing is expected of them."""
    transcript = TurnTranscript()
    detector = EndpointingTurnDetector(version="v1-mini", delays=DELAYS, transcript=transcript)
    detector.expect(lambda _: Progress.PARTIAL)
    transcript.listen(session := EventEmitter[str]())
    event = UserInputTranscribedEvent(transcript="9", is_final=True)
    session.emit("user_input_transcribed", event)
    assert transcript.progress is Progress.PARTIAL
    EndpointingTurnDetector(version="v1-mini", delays=DELAYS).expect(lambda _: Progress.PARTIAL)


@pytest.mark.parametrize("owed", ["words", "reply"])
@virtual_clock.without_sockets
async def test_an_end_waits_for_what_is_owed(owed: str) -> None:
    """It is one as soon as that has come."""
    silence = Silence(delays=delays(60))
    silence.transcript.is_complete = owed != "words"
    silence.preemptive_reply.is_pending = owed == "reply"
    waiting = await silence.asked(0.9)
    assert not waiting.done()
    silence.transcript.is_complete, silence.preemptive_reply.is_pending = True, False
    silence.silences.wake()
    assert await waiting == THRESHOLD


@virtual_clock.without_sockets
async def test_a_later_answer_replaces_the_first() -> None:
    """The detector has heard more of the silence by then."""
    silence = Silence(delays=delays(60), again=(0.21,))
    waiting = await silence.asked(0.1)
    async with asyncio.timeout(5):
        await silence.stream.asked_again.wait()
        silence.stream.answers(0.8)
        assert await waiting == 0.1
    assert silence.predicted == [True]


@virtual_clock.without_sockets
async def test_a_later_silence_leaves_the_decision_of_an_earlier_one_alone() -> None:
    """LiveKit cancels its question when it asks a new one; the policy does not depend on that."""
    silence = Silence(delays=delays(60))
    silence.transcript.is_complete = False
    waiting = await silence.asked(0.9)
    silence.stream.predict()
    silence.transcript.is_complete = True
    silence.silences.wake()
    assert await waiting == THRESHOLD
    assert silence.predicted == [True]


@virtual_clock.without_sockets
async def test_a_late_answer_does_not_change_when_the_current_silence_was_answered() -> None:
    """The trace would place the decision at an answer to another silence."""
    silence = Silence(delays=delays(60))
    late = silence.stream.predict()
    silence.stream.asked.clear()
    waiting = await silence.asked(0.1)
    await asyncio.sleep(1)
    late.set_result(SimpleNamespace(end_of_turn_probability=0.9))
    await waiting
    assert silence.answered == [0.0]


@virtual_clock.without_sockets
async def test_an_inference_that_fails_is_no_answer() -> None:
    """LiveKit's own threshold stands, and the loop reports no error."""
    silence = Silence(delays=delays(60))
    errors: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    silence.stream.predict().set_exception(RuntimeError("no model"))
    await asyncio.sleep(0)
    assert await silence.stream.unlikely_threshold("en") == THRESHOLD
    assert errors == []


@virtual_clock.without_sockets
async def test_a_silence_that_the_caller_ends_is_not_asked_about_again() -> None:
    """LiveKit cancels its question then, and the policy's with it."""
    silence = Silence(delays=delays(60), again=(30.0, 40.0))
    waiting = await silence.asked(0.1)
    silence.stream.cancel_inference()
    waiting.cancel()
    await asyncio.sleep(60)
    assert len(silence.stream.asked) == 1


@virtual_clock.without_sockets
async def test_a_slow_machine_is_not_asked_twice() -> None:
    """A second question would cancel the first, which is answered with an invented doubt."""
    silence = Silence(delays=delays(60), again=(0.21,))
    first = silence.stream.predict()
    await asyncio.sleep(60)
    assert len(silence.stream.asked) == 1
    assert not first.done()


@virtual_clock.without_sockets
async def test_the_words_of_a_turn_end_with_it() -> None:
    """LiveKit flushes the stream at each end of a turn."""
    silence = Silence()
    silence.stream.flush(reason="turn committed")
    assert silence.transcript.cleared == 1
    assert silence.stream.flushed == ["turn committed"]


@virtual_clock.without_sockets
async def test_without_an_answer_there_is_nothing_to_decide() -> None:
    """LiveKit's own threshold stands."""
    silence = Silence()
    assert await silence.stream.unlikely_threshold("en") == THRESHOLD
    assert silence.predicted == []


@pytest.mark.parametrize(("probability", "predicts_end"), [(0.5, True), (0.1, False)])
@virtual_clock.without_sockets
async def test_without_delays_livekit_decides(probability: float, predicts_end: bool) -> None:
    """At once and by its own threshold, which its answer may be under; that is reported."""
    silence = Silence(delays=None)
    silence.transcript.is_unfinished = silence.preemptive_reply.is_pending = True
    assert await (await silence.asked(probability)) == THRESHOLD
    assert silence.predicted == [predicts_end]


async def test_livekit_takes_it_for_a_detector_of_its_own() -> None:
    """By the methods it looks for, and its stream closes as LiveKit's does."""
    detector = EndpointingTurnDetector(version="v1-mini", delays=DELAYS)
    stream = detector.stream()
    assert detector.model == "turn-detector-v1-mini"
    assert await stream.unlikely_threshold(None) == pytest.approx(THRESHOLD)
    await stream.aclose()
