"""LiveKit's turn detector with an endpointing policy: it is asked again as the silence lasts, and
the caller's words count.

LiveKit asks a detector for a probability, then for the threshold that it compares it with, and ends
the turn either at once or after its longest delay. The policy waits in the question for the
threshold: it returns when the turn is over. A caller who goes on meanwhile cancels the question,
and a new transcript makes LiveKit ask again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from livekit.agents import LanguageCode, inference

from ..livekit_internals.streams import intercept
from .endpointing import ASK_AGAIN_AT, ASKED_AT, EndpointingDelays, TurnEvidence, silence_needed
from .preemptive_reply import PreemptiveReply
from .turn_transcript import TurnTranscript

OnPredicted = Callable[[float, bool], object]
"""Called with each decision: when the detector answered, on the event loop's clock, and whether the
turn is over. LiveKit reports that in its traces alone."""


class EndpointingTurnDetector(inference.TurnDetector):
    """Takes what LiveKit's takes, and:

    Args:
        delays: How long a silence must be; None leaves the decision to LiveKit.
        transcript: What the caller has said; None if words do not count.
        preemptive_reply: The reply that a turn waits for; None if it waits for none.
        asks_again: Whether the model is asked more than once in a silence.
    """

    def __init__(
        self,
        *,
        delays: EndpointingDelays | None,
        transcript: TurnTranscript | None = None,
        preemptive_reply: PreemptiveReply | None = None,
        asks_again: bool = False,
        on_predicted: OnPredicted = lambda *_: None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._delays = delays
        self._transcript = transcript
        self._preemptive_reply = preemptive_reply
        self._again = ASK_AGAIN_AT if asks_again else ()
        self._on_predicted = on_predicted

    def stream(self, **options: Any) -> Any:
        """LiveKit's stream, with its predictions intercepted."""
        stream = super().stream(**options)
        policy = _EndOfTurnPolicy(
            stream,
            self._delays,
            self._transcript,
            self._preemptive_reply,
            self._again,
            self._on_predicted,
        )
        if self._preemptive_reply is not None:
            self._preemptive_reply.on_first_frame(policy.wake)
        return stream


class _EndOfTurnPolicy:
    """Decides the silences of one stream, one after the other."""

    def __init__(
        self,
        stream: Any,
        delays: EndpointingDelays | None,
        transcript: TurnTranscript | None,
        preemptive_reply: PreemptiveReply | None,
        again: tuple[float, ...],
        on_predicted: OnPredicted,
    ) -> None:
        self._clock = asyncio.get_running_loop().time
        self._delays = delays
        self._transcript = transcript
        self._preemptive_reply = preemptive_reply
        self._again = again
        self._on_predicted = on_predicted
        # When the caller fell silent, the answers so far, and when the last one came.
        self._since = 0.0
        self._answers: list[float] = []
        self._answered = 0.0
        self._changed = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None
        self._own = intercept(stream, self)

    def wake(self) -> None:
        """Decide again: the evidence has changed."""
        self._changed.set()

    def predict(self) -> asyncio.Future[Any]:
        """LiveKit asks: the caller has just fallen silent."""
        self._stop()
        self._since = self._clock() - ASKED_AT
        self._answers = []
        first = self._ask()
        if self._again:
            self._asking = asyncio.create_task(self._ask_again(first))
        return first

    def cancel_inference(self, **how: Any) -> None:
        """The caller goes on, or the turn is over."""
        # A new question cancels the one before it, including one of this policy.
        if asyncio.current_task() is not self._asking:
            self._stop()
        self._own.cancel_inference(**how)

    def flush(self, reason: str | None = None) -> None:
        """The turn is over; the next one begins without words."""
        if self._transcript is not None:
            self._transcript.clear()
        self._own.flush(reason)

    async def unlikely_threshold(self, language: LanguageCode | None) -> float | None:
        """The threshold, as soon as the turn is over."""
        threshold = await self._own.unlikely_threshold(language)
        if threshold is None or not self._answers:
            return threshold
        is_over = self._answers[-1] >= threshold
        if self._delays is not None:
            is_over = await self._silence(threshold, self._delays)
            # LiveKit compares its first answer with this, and must find that the turn is over.
            threshold = min(threshold, self._answers[0])
        self._on_predicted(self._answered, is_over)
        return threshold

    async def _silence(self, threshold: float, delays: EndpointingDelays) -> bool:
        """Wait until the silence has lasted long enough; whether the model takes it for an end."""
        while True:
            self._changed.clear()
            is_over = self._answers[-1] >= threshold
            needed = silence_needed(self._evidence(is_over=is_over), delays)
            left = self._since + needed - self._clock()
            if left <= 0:
                return is_over
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                return is_over

    def _evidence(self, *, is_over: bool) -> TurnEvidence:
        transcript, reply = self._transcript, self._preemptive_reply
        return TurnEvidence(
            is_over=is_over,
            is_complete=transcript is None or transcript.is_complete,
            is_unfinished=transcript is not None and transcript.is_unfinished,
            is_awaited=reply is not None and reply.is_awaited,
        )

    def _stop(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _ask(self) -> asyncio.Future[Any]:
        answers = self._answers

        def on_answer(answer: asyncio.Future[Any]) -> None:
            if not answer.cancelled():
                # To this silence, though another one may have begun.
                answers.append(answer.result().end_of_turn_probability)
                self._answered = self._clock()
                self.wake()

        answer = self._own.predict()
        answer.add_done_callback(on_answer)
        return answer

    async def _ask_again(self, before: asyncio.Future[Any]) -> None:
        for silence in self._again:
            await asyncio.sleep(self._since + silence - self._clock())
            if not before.done():
                # A machine as slow as that has no time for a second question.
                return
            before = self._ask()
