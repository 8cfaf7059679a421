"""LiveKit's turn detector, which tells what it has answered and when; LiveKit keeps that to its
traces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from livekit.agents import LanguageCode, inference

OnPredicted = Callable[[float, bool], None]
"""Is told when the detector answered, on the event loop's clock, and whether the turn is over."""


class TimedTurnDetector(inference.TurnDetector):
    """Takes what LiveKit's takes, and `on_predicted`."""

    def __init__(self, *, on_predicted: OnPredicted | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._on_predicted = on_predicted

    def stream(self, **options: Any) -> Any:
        """As LiveKit's; its answers are watched."""
        stream = super().stream(**options)
        if self._on_predicted is not None:
            _watch(stream, self._on_predicted)
        return stream


def _watch(stream: Any, tell: OnPredicted) -> None:
    """LiveKit asks `predict`, and then for the threshold that it holds the answer against."""
    clock = asyncio.get_running_loop().time
    ask, threshold_for = stream.predict, stream.unlikely_threshold
    answered, probability = 0.0, 0.0

    def on_answer(answer: asyncio.Future[Any]) -> None:
        nonlocal answered, probability
        answered = clock()
        probability = 0.0 if answer.cancelled() else answer.result().end_of_turn_probability

    def predict() -> asyncio.Future[Any]:
        answer: asyncio.Future[Any] = ask()
        answer.add_done_callback(on_answer)
        return answer

    async def unlikely_threshold(language: LanguageCode | None) -> float | None:
        threshold: float | None = await threshold_for(language)
        if answered:
            tell(answered, threshold is None or probability >= threshold)
        return threshold

    stream.predict, stream.unlikely_threshold = predict, unlikely_threshold
