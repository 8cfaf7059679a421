"""Replaces methods of streams: LiveKit's factories choose the class of a stream."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import Any

from livekit import rtc
from livekit.agents import LanguageCode, stt


def call_after_each_frame(
    stream: stt.RecognizeStream, callback: Callable[[rtc.AudioFrame], None]
) -> None:
    """Call `callback` with each frame that `stream` accepted. The session pushes frames to the
    stream itself, and its VAD gets them too late (see `turns/finalize.py`)."""
    push = stream.push_frame

    def push_frame(frame: rtc.AudioFrame) -> None:
        # Raises when the stream is closed.
        push(frame)
        callback(frame)

    stream.push_frame = push_frame  # type: ignore[method-assign]


@dataclass(frozen=True, slots=True)
class DetectorStream:
    """The methods of a turn detector's stream that LiveKit's session calls."""

    predict: Callable[[], asyncio.Future[Any]]
    cancel_inference: Callable[..., None]
    flush: Callable[[str | None], None]
    unlikely_threshold: Callable[[LanguageCode | None], Awaitable[float | None]]


def intercept(stream: Any, policy: Any) -> DetectorStream:
    """Have LiveKit call the methods of `policy` in place of the stream's; returns the stream's own.
    Only the session sees predictions and their results, and it has no event for them."""
    names = [field.name for field in fields(DetectorStream)]
    own = DetectorStream(*(getattr(stream, name) for name in names))
    for name in names:
        setattr(stream, name, getattr(policy, name))
    return own
