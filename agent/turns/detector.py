"""LiveKit's turn detector with second thoughts: it is asked again as the silence lasts, and the
words count that were said.

LiveKit asks a detector for a probability, then for the threshold to hold it against, and ends the
turn either at once or after its longest delay. The threshold is where this one takes its time: it
is given when the turn is over. A caller who goes on meanwhile cancels the question, and words that
come meanwhile make LiveKit ask anew.
"""

from __future__ import annotations

import asyncio
from typing import Any

from livekit.agents import LanguageCode, inference

from ..latency.live.detector import OnPredicted
from .endpointing import ASK_AGAIN_AT, ASKED_AT, EndpointingDelays, TurnEvidence, silence_needed
from .preemptive_reply import PreemptiveReply
from .turn_transcript import TurnTranscript


class EndpointingTurnDetector(inference.TurnDetector):
    """Takes what LiveKit's takes, and:

    Args:
        limits: How long a silence must be.
        said: What the caller has said; None if words do not count.
        ahead: The reply that is waited for; None if none is.
        asks_again: Whether the model is asked more than once in a silence.
        on_predicted: Is told of each decision.
    """

    def __init__(
        self,
        *,
        limits: EndpointingDelays,
        transcript: TurnTranscript | None = None,
        preemptive_reply: PreemptiveReply | None = None,
        asks_again: bool = True,
        on_predicted: OnPredicted | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._limits = limits
        self._transcript = transcript
        self._preemptive_reply = preemptive_reply
        self._again = ASK_AGAIN_AT if asks_again else ()
        self._on_predicted = on_predicted

    def stream(self, **options: Any) -> Any:
        """As LiveKit's; its questions and answers pass through our hands."""
        stream = super().stream(**options)
        silences = _EndOfTurnPolicy(
            stream,
            self._limits,
            self._transcript,
            self._preemptive_reply,
            self._again,
            self._on_predicted,
        )
        if self._preemptive_reply is not None:
            self._preemptive_reply.on_first_frame(silences.wake)
        return stream


class _EndOfTurnPolicy:
    """The silences of one stream, one after the other."""

    def __init__(
        self,
        stream: Any,
        limits: EndpointingDelays,
        transcript: TurnTranscript | None,
        preemptive_reply: PreemptiveReply | None,
        again: tuple[float, ...],
        on_predicted: OnPredicted | None,
    ) -> None:
        self._clock = asyncio.get_running_loop().time
        self._limits = limits
        self._transcript = transcript
        self._preemptive_reply = preemptive_reply
        self._again = again
        self._on_predicted = on_predicted
        self._predict_now, self._cancel_now, self._flush = (
            stream.predict,
            stream.cancel_inference,
            stream.flush,
        )
        self._base = stream.unlikely_threshold
        # When the caller fell silent, the answers so far, and when the last one came.
        self._since = 0.0
        self._answers: list[float] = []
        self._answered = 0.0
        self._changed = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None
        stream.predict = self._predict
        stream.cancel_inference = self._cancel
        stream.flush = self._end
        stream.unlikely_threshold = self._decide

    def wake(self) -> None:
        """Something has become known on which the end of the turn may depend."""
        self._changed.set()

    def _predict(self) -> asyncio.Future[Any]:
        """LiveKit asks: the caller has just fallen silent."""
        self._stop()
        self._since = self._clock() - ASKED_AT
        self._answers = []
        first = self._hear(self._predict_now())
        if self._again:
            self._asking = asyncio.create_task(self._ask_again(first))
        return first

    def _cancel(self, **how: Any) -> None:
        """The caller goes on, or the turn is over."""
        # A new question cancels the one before it, also one of our own.
        if asyncio.current_task() is not self._asking:
            self._stop()
        self._cancel_now(**how)

    def _end(self, reason: str | None = None) -> None:
        """The turn is over; the next one begins without words."""
        if self._transcript is not None:
            self._transcript.clear()
        self._flush(reason)

    def _stop(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _hear(self, answer: asyncio.Future[Any]) -> asyncio.Future[Any]:
        answers = self._answers

        def on_answer(answer: asyncio.Future[Any]) -> None:
            if not answer.cancelled():
                # To this silence, though another one may have begun.
                answers.append(answer.result().end_of_turn_probability)
                self._answered = self._clock()
                self.wake()

        answer.add_done_callback(on_answer)
        return answer

    async def _ask_again(self, before: asyncio.Future[Any]) -> None:
        for silence in self._again:
            await asyncio.sleep(self._since + silence - self._clock())
            if not before.done():
                # A machine as slow as that has no time for second thoughts.
                return
            before = self._hear(self._predict_now())

    async def _decide(self, language: LanguageCode | None) -> float | None:
        """The threshold, as soon as the turn is over."""
        threshold: float | None = await self._base(language)
        if threshold is None or not self._answers:
            return threshold
        while True:
            self._changed.clear()
            is_over = self._answers[-1] >= threshold
            left = self._since + self._needed(is_over=is_over) - self._clock()
            if left <= 0:
                break
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                break
        if self._on_predicted is not None:
            self._on_predicted(self._answered, is_over)
        # LiveKit holds its first answer against this, and is to find that the turn is over.
        return min(threshold, self._answers[0])

    def _needed(self, *, is_over: bool) -> float:
        transcript, preemptive_reply = self._transcript, self._preemptive_reply
        known = TurnEvidence(
            is_over=is_over,
            is_complete=transcript is None or transcript.is_complete,
            is_unfinished=transcript is not None and transcript.is_unfinished,
            is_awaited=preemptive_reply is not None and preemptive_reply.is_awaited,
        )
        return silence_needed(known, self._limits)
