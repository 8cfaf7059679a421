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
from .ahead import Ahead
from .patience import ASK_AGAIN_AT, ASKED_AT, Known, Limits, silence_needed
from .said import Said


class PatientTurnDetector(inference.TurnDetector):
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
        limits: Limits,
        said: Said | None = None,
        ahead: Ahead | None = None,
        asks_again: bool = True,
        on_predicted: OnPredicted | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._limits = limits
        self._said = said
        self._ahead = ahead
        self._again = ASK_AGAIN_AT if asks_again else ()
        self._on_predicted = on_predicted

    def stream(self, **options: Any) -> Any:
        """As LiveKit's; its questions and answers pass through our hands."""
        stream = super().stream(**options)
        silences = _Silences(
            stream, self._limits, self._said, self._ahead, self._again, self._on_predicted
        )
        if self._ahead is not None:
            self._ahead.tell(silences.on_news)
        return stream


class _Silences:
    """The silences of one stream, one after the other."""

    def __init__(
        self,
        stream: Any,
        limits: Limits,
        said: Said | None,
        ahead: Ahead | None,
        again: tuple[float, ...],
        on_predicted: OnPredicted | None,
    ) -> None:
        self._clock = asyncio.get_running_loop().time
        self._limits = limits
        self._said = said
        self._ahead = ahead
        self._again = again
        self._on_predicted = on_predicted
        self._ask, self._forget, self._flush = stream.predict, stream.cancel_inference, stream.flush
        self._base = stream.unlikely_threshold
        # When the caller fell silent, the answers so far, and when the last one came.
        self._since = 0.0
        self._answers: list[float] = []
        self._answered = 0.0
        self._news = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None
        stream.predict = self._predict
        stream.cancel_inference = self._cancel
        stream.flush = self._end
        stream.unlikely_threshold = self._decide

    def on_news(self) -> None:
        """Something has become known on which the end of the turn may depend."""
        self._news.set()

    def _predict(self) -> asyncio.Future[Any]:
        """LiveKit asks: the caller has just fallen silent."""
        self._stop()
        self._since = self._clock() - ASKED_AT
        self._answers = []
        first = self._hear(self._ask())
        if self._again:
            self._asking = asyncio.create_task(self._ask_again(first))
        return first

    def _cancel(self, **how: Any) -> None:
        """The caller goes on, or the turn is over."""
        # A new question cancels the one before it, also one of our own.
        if asyncio.current_task() is not self._asking:
            self._stop()
        self._forget(**how)

    def _end(self, reason: str | None = None) -> None:
        """The turn is over; the next one begins without words."""
        if self._said is not None:
            self._said.clear()
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
                self.on_news()

        answer.add_done_callback(on_answer)
        return answer

    async def _ask_again(self, before: asyncio.Future[Any]) -> None:
        for silence in self._again:
            await asyncio.sleep(self._since + silence - self._clock())
            if not before.done():
                # A machine as slow as that has no time for second thoughts.
                return
            before = self._hear(self._ask())

    async def _decide(self, language: LanguageCode | None) -> float | None:
        """The threshold, as soon as the turn is over."""
        threshold: float | None = await self._base(language)
        if threshold is None or not self._answers:
            return threshold
        while True:
            self._news.clear()
            is_over = self._answers[-1] >= threshold
            left = self._since + self._needed(is_over=is_over) - self._clock()
            if left <= 0:
                break
            try:
                async with asyncio.timeout(left):
                    await self._news.wait()
            except TimeoutError:
                break
        if self._on_predicted is not None:
            self._on_predicted(self._answered, is_over)
        # LiveKit holds its first answer against this, and is to find that the turn is over.
        return min(threshold, self._answers[0])

    def _needed(self, *, is_over: bool) -> float:
        said, ahead = self._said, self._ahead
        known = Known(
            is_over=is_over,
            is_heard=said is None or said.is_heard,
            is_open=said is not None and said.is_open,
            is_awaited=ahead is not None and ahead.is_awaited,
        )
        return silence_needed(known, self._limits)
