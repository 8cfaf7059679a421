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

from agent.assistant.timed_agent import TimedAgent
from agent.latency.live.call_setup import CallSetup
from bench.livekit_internals import RoomAudioOutput, has_begun

from .injected_delays import SECONDS, VARIABLE

T = TypeVar("T")


def _around(owner: type, name: str) -> Callable[[Callable[..., Any]], None]:
    """Replace a method by a function that takes the original before its arguments."""

    def replace(function: Callable[..., Any]) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def replacement(*args: Any, **options: Any) -> Any:
            return function(original, *args, **options)

        setattr(owner, name, replacement)

    return replace


def _wait_before(owner: type, name: str) -> Callable[[], None]:
    """A function that makes a coroutine method wait before it begins."""

    def inject() -> None:
        @_around(owner, name)
        async def late(original: Any, *args: Any, **options: Any) -> Any:
            await asyncio.sleep(SECONDS)
            return await original(*args, **options)

    return inject


async def _later(pieces: AsyncIterable[T]) -> AsyncIterator[T]:
    """The same pieces, all of them later."""
    is_first = True
    async for piece in pieces:
        if is_first:
            is_first = False
            await asyncio.sleep(SECONDS)
        yield piece


def _in_detector(change: Callable[[Any], None]) -> None:
    """Change each stream of the turn detector."""

    @_around(inference.TurnDetector, "stream")
    def stream(original: Any, *args: Any, **options: Any) -> Any:
        made = original(*args, **options)
        change(made)
        return made


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
    @_around(TimedAgent, "tts_node")
    def tts_node(original: Any, self: Any, text: Any, settings: Any) -> Any:
        return original(self, _later(text), settings)


def _hand() -> None:
    @_around(TimedAgent, "tts_node")
    def tts_node(original: Any, self: Any, text: Any, settings: Any) -> Any:
        return _later(original(self, text, settings))


def _decode() -> None:
    @_around(Receiver, "_take")
    async def take(original: Any, self: Any, steps: Iterator[bytes]) -> None:
        if not self.seconds:
            await asyncio.sleep(SECONDS)
        await original(self, steps)


def _play() -> None:
    @_around(RoomAudioOutput, "capture_frame")
    async def capture_frame(original: Any, self: Any, frame: rtc.AudioFrame) -> None:
        await self.subscribed
        if not has_begun(self):
            await asyncio.sleep(SECONDS)
        await original(self, frame)


def _detect() -> None:
    @_around(inference.VAD, "__init__")
    def make(original: Any, self: Any, **options: Any) -> None:
        usual: float = original.__kwdefaults__["min_speech_duration"]
        original(self, **{"min_speech_duration": usual + SECONDS} | options)


def _stop() -> None:
    for name in ("pause", "clear_buffer"):

        @_around(RoomAudioOutput, name)
        def stop(original: Any, self: Any) -> None:
            asyncio.get_running_loop().call_later(SECONDS, original, self)


def _enter() -> None:
    @_around(CallSetup, "__init__")
    def make(original: Any, *args: Any, **options: Any) -> None:
        time.sleep(SECONDS)
        original(*args, **options)


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
