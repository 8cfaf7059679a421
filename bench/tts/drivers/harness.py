"""Common to all peers' processes: feed a reply as an LLM writes it, and time its audio.

Standard library only, as it runs in every peer's environment. Times are taken here, in the peer's
process, so the pipe to the bench adds nothing to them.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from .messages import READY, Close, Delivery, Open, Say, read_command, write_delivery

_SAMPLE_BYTES = 2
_CLOSING = 10.0  # seconds


class PeerFailed(Exception):
    """The peer gave up the reply; the message is the reason in one word."""


class Tokens:
    """A text as an LLM writes it: a token at a fixed interval.

    Each token is due at a time of the clock, not one sleep after the last, so that a slow machine
    receives its text no later.
    """

    def __init__(self, say: Say) -> None:
        self._say = say
        self._clock = asyncio.get_running_loop().time
        self.began: float | None = None
        """When the first token was yielded; loop time."""

    async def __aiter__(self) -> AsyncIterator[str]:
        say = self._say
        size = say.token_characters if say.token_seconds else len(say.text)
        for number, start in enumerate(range(0, len(say.text), size)):
            if self.began is None:
                self.began = self._clock()
            due = self.began + number * say.token_seconds
            if (wait := due - self._clock()) > 0:
                await asyncio.sleep(wait)
            yield say.text[start : start + size]


class PeerTTS(Protocol):
    """A peer that is connected to the provider."""

    def speak(self, tokens: Tokens) -> AsyncIterator[tuple[bytes, int]]:
        """Audio (16-bit mono PCM and its rate) as the peer yields it; ends with the reply.

        Closing the iterator early is a barge-in.

        Raises:
            PeerFailed: The peer gave up the reply.
        """

    async def aclose(self) -> None:
        """Close all connections."""


Make = Callable[[Open], Awaitable[PeerTTS]]


async def serve(make: Make) -> None:
    """Run commands from standard input until it ends; a bug in the bench ends the process."""
    reader = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tts: PeerTTS | None = None
    pipe = asyncio.Lock()
    _write(READY)
    async with asyncio.TaskGroup() as replies:
        while line := await reader.readline():
            match read_command(line):
                case Open() as command:
                    tts = await make(command)
                    _write(READY)
                case Say() as say if tts is not None:
                    replies.create_task(_answer(tts, say, pipe))
                case Close() if tts is not None:
                    # A TTS that cannot close is abandoned, and its connections with it.
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(tts.aclose(), _CLOSING)
                    tts = None
                    _write(READY)
                case _:
                    raise RuntimeError("the first command must be `open`")


async def _answer(tts: PeerTTS, say: Say, pipe: asyncio.Lock) -> None:
    delivery = await listen(tts, say)
    # On a thread: a megabyte may wait for its reader while other replies are timed.
    async with pipe:
        await asyncio.to_thread(lambda: _write(write_delivery(delivery)))


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def listen(tts: PeerTTS, say: Say) -> Delivery:
    """Speak one reply and note when its audio arrives."""
    clock = asyncio.get_running_loop().time
    tokens = Tokens(say)
    asked = clock()
    chunks: list[tuple[float, bytes]] = []
    sample_rate, plays_until, failed = 0, 0.0, ""
    audio = tts.speak(tokens)
    try:
        while True:
            began = tokens.began or asked
            until = max(plays_until, 0.0) + say.patience
            if say.stop_after is not None and chunks:
                until = chunks[0][0] + say.stop_after
            async with asyncio.timeout_at(began + until):
                pcm, sample_rate = await anext(audio)
            at = clock() - (tokens.began or asked)
            chunks.append((at, pcm))
            plays_until = max(plays_until, at) + len(pcm) / _SAMPLE_BYTES / sample_rate
    except StopAsyncIteration:
        pass
    except TimeoutError:
        failed = "interrupted" if say.stop_after is not None and chunks else "silence"
    except PeerFailed as error:
        failed = str(error)
    ended = clock() - (tokens.began or asked)
    # A cancelled iterator is over already; this closes the others.
    await audio.aclose()  # type: ignore[attr-defined]
    return Delivery(
        number=say.number, sample_rate=sample_rate, chunks=chunks, ended=ended, failed=failed
    )
