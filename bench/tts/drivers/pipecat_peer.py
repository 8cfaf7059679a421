"""pipecat's Sarvam service, in a pipeline of its own. Run as a module, in pipecat's environment.

The pipeline holds the service alone: the LLM's tokens go in, and its last processor takes the audio
in place of a transport. Like a transport, that processor notifies the service when the bot speaks,
which decides what an interruption does.
"""

# pipecat is installed in another environment, so mypy finds no types here.
# mypy: disable-error-code="import-not-found, misc, no-any-return, untyped-decorator"
from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from loguru import logger
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    EndFrame,
    Frame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSAudioRawFrame,
    TTSStoppedFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.sarvam.tts import SarvamTTSService
from pipecat.workers.runner import WorkerRunner

from .harness import Tokens, serve
from .messages import Open

_START = 10.0  # seconds for a pipeline to start


class Speaker(FrameProcessor):
    """The end of the pipeline: keeps the audio, and reports when the bot speaks."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: asyncio.Queue[TTSAudioRawFrame | LLMFullResponseEndFrame] = asyncio.Queue()
        self._is_speaking = False

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Keep the frames that a transport would play, and pass every frame on."""
        await super().process_frame(frame, direction)
        if isinstance(frame, TTSAudioRawFrame | LLMFullResponseEndFrame):
            self.frames.put_nowait(frame)
        if isinstance(frame, TTSAudioRawFrame) and not self._is_speaking:
            self._is_speaking = True
            await self.push_frame(BotStartedSpeakingFrame(), FrameDirection.UPSTREAM)
        elif isinstance(frame, TTSStoppedFrame | InterruptionFrame) and self._is_speaking:
            self._is_speaking = False
            await self.push_frame(BotStoppedSpeakingFrame(), FrameDirection.UPSTREAM)
        await self.push_frame(frame, direction)


class Conversation:
    """One service in one pipeline: one reply at a time."""

    def __init__(self, at: str) -> None:
        url = f"ws://{at}/text-to-speech/ws"
        self._service = SarvamTTSService(api_key="bench", url=url)
        self._speaker = Speaker()
        self._worker = PipelineWorker(
            Pipeline([self._service, self._speaker]),
            cancel_on_idle_timeout=False,
            enable_rtvi=False,
        )
        self._runner = WorkerRunner(handle_sigint=False)
        self._running: asyncio.Task[None] | None = None

    @property
    def is_usable(self) -> bool:
        """Whether the service still accepts text; an application replaces one that does not."""
        return self._service.is_usable

    async def start(self) -> None:
        """Run the pipeline; returns once it takes frames."""
        started = asyncio.Event()

        @self._worker.event_handler("on_pipeline_started")
        async def on_started(worker: PipelineWorker, frame: Frame) -> None:
            started.set()

        await self._runner.add_workers(self._worker)
        self._running = asyncio.create_task(self._runner.run())
        async with asyncio.timeout(_START):
            await started.wait()

    async def speak(self, tokens: Tokens) -> AsyncGenerator[tuple[bytes, int], None]:
        """One response of an LLM; its end follows its audio through the pipeline."""
        frames = self._speaker.frames
        while not frames.empty():
            frames.get_nowait()
        feeding = asyncio.create_task(self._feed(tokens))
        try:
            while isinstance(frame := await frames.get(), TTSAudioRawFrame):
                yield frame.audio, frame.sample_rate
        finally:
            feeding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await feeding
            # The caller speaks next. pipecat interrupts whether or not the bot still speaks, and a
            # service that was silent then reconnects.
            await self._worker.queue_frame(InterruptionFrame())

    async def _feed(self, tokens: Tokens) -> None:
        await self._worker.queue_frame(LLMFullResponseStartFrame())
        async for token in tokens:
            await self._worker.queue_frame(LLMTextFrame(token))
        await self._worker.queue_frame(LLMFullResponseEndFrame())

    async def aclose(self) -> None:
        """End the pipeline."""
        await self._worker.queue_frame(EndFrame())
        if self._running is not None:
            done, _ = await asyncio.wait([self._running], timeout=_START)
            if not done:
                await self._worker.cancel()


class PipecatTTS:
    """One conversation for each reply in progress: a service speaks one at a time."""

    def __init__(self, at: str) -> None:
        self._at = at
        self._idle: list[Conversation] = []

    async def start(self, replies: int) -> None:
        """Have this many conversations ready."""
        for _ in range(replies):
            self._idle.append(await self._begin())

    async def _begin(self) -> Conversation:
        conversation = Conversation(self._at)
        await conversation.start()
        return conversation

    async def speak(self, tokens: Tokens) -> AsyncGenerator[tuple[bytes, int], None]:
        """Speak a reply in an idle conversation."""
        conversation = self._idle.pop()
        if not conversation.is_usable:
            await conversation.aclose()
            conversation = await self._begin()
        try:
            async with contextlib.aclosing(conversation.speak(tokens)) as audio:
                async for piece in audio:
                    yield piece
        finally:
            self._idle.append(conversation)

    async def aclose(self) -> None:
        """End all conversations."""
        while self._idle:
            await self._idle.pop().aclose()


async def make(command: Open) -> PipecatTTS:
    """The service, connected."""
    tts = PipecatTTS(command.at)
    await tts.start(command.replies)
    return tts


if __name__ == "__main__":
    logger.remove()
    asyncio.run(serve(make))
