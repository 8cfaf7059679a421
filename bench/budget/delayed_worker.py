"""The worker with one injected delay, of those that neither a provider nor a setting can make.

Run in place of agent.py, with `BENCH_INJECTED_DELAY=turn/pool` in the environment:
`python -m bench.budget.delayed_worker start`. Each delay wraps a method of the worker by its
name, so that production code knows nothing of it, and a method that was renamed is an error here at
start-up.
"""

from __future__ import annotations

import asyncio
import functools
import os
import sys
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from typing import Any, Final, TypeVar

from livekit import rtc
from livekit.agents import inference
from livekit.plugins.sarvam_pooled.synthesis.receiver import Receiver
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from livekit.plugins.sarvam_pooled.transport.pool import Pool

from agent.call.timed_agent import TimedAgent
from agent.latency.live.call_setup import CallSetup
from bench.livekit_internals import RoomAudioOutput, has_begun

from .injected_delays import SECONDS, VARIABLE

T = TypeVar("T")


def _replace(owner: type, name: str, wrap: Callable[[Any], Callable[..., Any]]) -> None:
    """Wrap a method."""
    original = getattr(owner, name)
    setattr(owner, name, functools.wraps(original)(wrap(original)))


def _wait_before(owner: type, name: str) -> Callable[[], None]:
    """Returns a function that makes a method wait before it begins."""

    def wrap(original: Any) -> Callable[..., Any]:
        async def late(*args: Any, **options: Any) -> Any:
            await asyncio.sleep(SECONDS)
            return await original(*args, **options)

        return late

    return lambda: _replace(owner, name, wrap)


async def _from(pieces: AsyncIterable[T]) -> AsyncIterator[T]:
    """The same pieces, all of them later."""
    is_first = True
    async for piece in pieces:
        if is_first:
            is_first = False
            await asyncio.sleep(SECONDS)
        yield piece


def _in_detector(change: Callable[[Any], None]) -> None:
    """Change each stream of the turn detector."""

    def wrap(original: Any) -> Callable[..., Any]:
        def stream(self: Any, **options: Any) -> Any:
            made = original(self, **options)
            change(made)
            return made

        return stream

    _replace(inference.TurnDetector, "stream", wrap)


def _turn() -> None:
    def change(stream: Any) -> None:
        stream.predict = functools.partial(_answered_late, stream.predict)

    _in_detector(change)


def _commit() -> None:
    async def none(_: object) -> float:
        return 0.0

    def change(stream: Any) -> None:
        # Else the detector, not the commit, holds a turn that it considers unfinished.
        stream.unlikely_threshold = none

    _in_detector(change)
    _wait_before(TimedAgent, "on_user_turn_completed")()


def _answered_late(ask: Callable[[], asyncio.Future[Any]]) -> asyncio.Future[Any]:
    loop = asyncio.get_running_loop()
    late: asyncio.Future[Any] = loop.create_future()

    def pass_on(answer: asyncio.Future[Any]) -> None:
        if late.done():
            return
        if answer.cancelled():
            late.cancel()
        else:
            late.set_result(answer.result())

    ask().add_done_callback(lambda answer: loop.call_later(SECONDS, pass_on, answer))
    return late


def _text() -> None:
    _replace(
        TimedAgent,
        "tts_node",
        lambda original: lambda self, text, settings: original(self, _from(text), settings),
    )


def _hand() -> None:
    _replace(
        TimedAgent,
        "tts_node",
        lambda original: lambda self, text, settings: _from(original(self, text, settings)),
    )


def _decode() -> None:
    def wrap(original: Any) -> Callable[..., Any]:
        async def take(self: Any, steps: Iterator[bytes]) -> None:
            if not self.seconds:
                await asyncio.sleep(SECONDS)
            await original(self, steps)

        return take

    _replace(Receiver, "_take", wrap)


def _play() -> None:
    def wrap(original: Any) -> Callable[..., Any]:
        async def capture_frame(self: Any, frame: rtc.AudioFrame) -> None:
            await self.subscribed
            if not has_begun(self):
                await asyncio.sleep(SECONDS)
            await original(self, frame)

        return capture_frame

    _replace(RoomAudioOutput, "capture_frame", wrap)


def _detect() -> None:
    def wrap(original: Any) -> Callable[..., Any]:
        usual: float = original.__kwdefaults__["min_speech_duration"]

        def make(self: Any, **options: Any) -> None:
            original(self, **{"min_speech_duration": usual + SECONDS} | options)

        return make

    _replace(inference.VAD, "__init__", wrap)


def _stop() -> None:
    def wrap(original: Any) -> Callable[..., Any]:
        def stop(self: Any) -> None:
            asyncio.get_running_loop().call_later(SECONDS, original, self)

        return stop

    for name in ("pause", "clear_buffer"):
        _replace(RoomAudioOutput, name, wrap)


def _enter() -> None:
    def wrap(original: Any) -> Callable[..., Any]:
        def make(*args: Any, **options: Any) -> None:
            time.sleep(SECONDS)
            original(*args, **options)

        return make

    _replace(CallSetup, "__init__", wrap)


INJECTORS: Final[dict[str, Callable[[], None]]] = {
    "turn/end_of_turn": _turn,
    "turn/commit": _commit,
    "turn/segmentation": _text,
    "turn/pool": _wait_before(Pool, "acquire"),
    "turn/send": _wait_before(Connection, "speak"),
    "turn/decode": _decode,
    "turn/publish": _hand,
    "turn/play": _play,
    "interruption/detect": _detect,
    "interruption/stop": _stop,
    "greeting/enter": _enter,
    "greeting/connect": _wait_before(rtc.Room, "connect"),
    "greeting/subscribe": _wait_before(rtc.LocalParticipant, "publish_track"),
    "greeting/publish": _hand,
    "greeting/play": _play,
}
"""`InjectedDelay.name` -> what injects it."""

# The processes of calls import this module again, under another name.
if __name__ in ("__main__", "__mp_main__"):
    INJECTORS[os.environ[VARIABLE]]()

if __name__ == "__main__":
    from agent.cli.command import main

    sys.exit(main(sys.argv[1:]))
