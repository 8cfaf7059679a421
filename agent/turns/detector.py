"""LiveKit's turn detector with an endpointing policy: the model is asked again while the silence
lasts, and the caller's words count.

LiveKit asks a detector for a probability, then for the threshold to compare it with, and ends the
turn either at once or after its max delay. The policy blocks inside `unlikely_threshold` until the
turn is over. A caller who continues meanwhile cancels that call, and a new transcript makes LiveKit
ask again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from livekit.agents import LanguageCode, inference

from ..livekit_internals.streams import intercept
from .endpointing import ASKED_AT, REPEAT_AT, EndpointingDelays, TurnEvidence, silence_needed
from .expected import Expected, Progress
from .preemptive_reply import PreemptiveReply
from .turn_transcript import TurnTranscript

OnPredicted = Callable[[float, bool], object]
"""Called with each decision: the instant of the detector's answer, on the event loop's clock, and
whether it predicts the end of the turn. LiveKit reports that only in its traces."""


class EndpointingTurnDetector(inference.TurnDetector):
    """LiveKit's turn detector with a policy. It takes LiveKit's arguments, and:

    Args:
        delays: The silences that end a turn; None leaves the decision to LiveKit.
        transcript: The words of the current turn; None if they do not count.
        preemptive_reply: The reply that a turn waits for; None if it waits for none.
        repeats_inference: Whether the model is asked more than once in a silence.
    """

    def __init__(
        self,
        *,
        delays: EndpointingDelays | None,
        transcript: TurnTranscript | None = None,
        preemptive_reply: PreemptiveReply | None = None,
        repeats_inference: bool = False,
        on_predicted: OnPredicted = lambda *_: None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._delays = delays
        self._transcript = transcript
        self._preemptive_reply = preemptive_reply
        self._repeat_at = REPEAT_AT if repeats_inference else ()
        self._on_predicted = on_predicted

    def expect(self, expected: Expected | None) -> None:
        """Judge silences by what the agent awaits, until a turn has said nothing of it; None awaits
        nothing. Without a transcript there are no words to judge."""
        if self._transcript is not None:
            self._transcript.expect(expected)

    def stream(self, **options: Any) -> Any:
        """LiveKit's stream, with its predictions intercepted."""
        stream = super().stream(**options)
        policy = _EndOfTurnPolicy(
            stream,
            self._delays,
            self._transcript,
            self._preemptive_reply,
            self._repeat_at,
            self._on_predicted,
        )
        if self._preemptive_reply is not None:
            self._preemptive_reply.set_playable_callback(policy.wake)
        return stream


@dataclass(slots=True)
class _Silence:
    """A silence of the caller, and the model's answers to it."""

    since: float
    probabilities: list[float] = field(default_factory=list)
    answered: float = 0.0
    """The instant of the last answer."""


class _EndOfTurnPolicy:
    """Decides the silences of one stream, one after the other."""

    def __init__(
        self,
        stream: Any,
        delays: EndpointingDelays | None,
        transcript: TurnTranscript | None,
        preemptive_reply: PreemptiveReply | None,
        repeat_at: tuple[float, ...],
        on_predicted: OnPredicted,
    ) -> None:
        self._clock = asyncio.get_running_loop().time
        self._delays = delays
        self._transcript = transcript
        self._preemptive_reply = preemptive_reply
        self._repeat_at = repeat_at
        self._on_predicted = on_predicted
        self._silence = _Silence(since=0.0)
        self._changed = asyncio.Event()
        self._repeated_inference: asyncio.Task[None] | None = None
        self._own = intercept(stream, self)

    def wake(self) -> None:
        """Decide again: the evidence has changed."""
        self._changed.set()

    def predict(self) -> asyncio.Future[Any]:
        """LiveKit asks: the caller has just fallen silent."""
        self._stop_repeating_inference()
        self._silence = _Silence(since=self._clock() - ASKED_AT)
        first = self._infer(self._silence)
        if self._repeat_at:
            self._repeated_inference = asyncio.create_task(self._repeat(self._silence, first))
        return first

    def cancel_inference(self, **how: Any) -> None:
        """The caller continues, or the turn is over."""
        # An inference cancels the one before it, including one of this policy.
        if asyncio.current_task() is not self._repeated_inference:
            self._stop_repeating_inference()
        self._own.cancel_inference(**how)

    def flush(self, reason: str | None = None) -> None:
        """The turn is over; the next one begins without words."""
        if self._transcript is not None:
            self._transcript.clear()
        self._own.flush(reason)

    async def unlikely_threshold(self, language: LanguageCode | None) -> float | None:
        """The threshold, as soon as the turn is over."""
        silence, threshold = self._silence, await self._own.unlikely_threshold(language)
        if threshold is None or not silence.probabilities:
            return threshold
        return await self._wait_for_end_of_turn(silence, threshold)

    async def _wait_for_end_of_turn(self, silence: _Silence, threshold: float) -> float:
        """Wait until `silence` has lasted long enough, and report the decision. Returns a threshold
        by which LiveKit finds that the turn is over."""
        if self._delays is None:
            self._on_predicted(silence.answered, silence.probabilities[-1] >= threshold)
            return threshold
        while True:
            self._changed.clear()
            predicts_end = silence.probabilities[-1] >= threshold
            needed = silence_needed(self._evidence(predicts_end=predicts_end), self._delays)
            left = silence.since + needed - self._clock()
            if left <= 0:
                break
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                break
        self._on_predicted(silence.answered, predicts_end)
        # LiveKit compares its first answer with this.
        return min(threshold, silence.probabilities[0])

    def _evidence(self, *, predicts_end: bool) -> TurnEvidence:
        transcript, reply = self._transcript, self._preemptive_reply
        return TurnEvidence(
            predicts_end=predicts_end,
            is_complete=transcript is None or transcript.is_complete,
            is_unfinished=transcript is not None and transcript.is_unfinished,
            is_reply_pending=reply is not None and reply.is_pending,
            progress=Progress.UNRELATED if transcript is None else transcript.progress,
        )

    def _stop_repeating_inference(self) -> None:
        if self._repeated_inference is not None:
            self._repeated_inference.cancel()
            self._repeated_inference = None

    def _infer(self, silence: _Silence) -> asyncio.Future[Any]:
        def on_answer(answer: asyncio.Future[Any]) -> None:
            # A failed inference is no evidence. A late answer belongs to its own silence.
            if not answer.cancelled() and answer.exception() is None:
                silence.probabilities.append(answer.result().end_of_turn_probability)
                silence.answered = self._clock()
                self.wake()

        answer = self._own.predict()
        answer.add_done_callback(on_answer)
        return answer

    async def _repeat(self, silence: _Silence, before: asyncio.Future[Any]) -> None:
        for seconds in self._repeat_at:
            await asyncio.sleep(silence.since + seconds - self._clock())
            if not before.done():
                # A machine as slow as that has no time for another inference.
                return
            before = self._infer(silence)
