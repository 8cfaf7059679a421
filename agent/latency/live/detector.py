"""LiveKit's turn detector, which tells when it has answered; LiveKit keeps that to its traces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from livekit.agents import inference


class TimedTurnDetector(inference.TurnDetector):
    """Takes what LiveKit's takes.

    Args:
        on_predicted: Called with each answer's instant on the event loop's clock.
    """

    def __init__(
        self, *, on_predicted: Callable[[float], None] | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self._on_predicted = on_predicted

    def stream(self, **options: Any) -> Any:
        """As LiveKit's; its answers are watched."""
        stream = super().stream(**options)
        if (tell := self._on_predicted) is None:
            return stream
        ask, clock = stream.predict, asyncio.get_running_loop().time

        def predict() -> asyncio.Future[Any]:
            answer = ask()
            answer.add_done_callback(lambda _: tell(clock()))
            return answer

        stream.predict = predict  # type: ignore[method-assign]
        return stream
