"""A recording sent as a whole: heard like a stream, answered at once."""

from __future__ import annotations

import asyncio
import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import av
from av.error import FFmpegError

from . import messages
from .account import Account
from .endpointer import RATE, Began, Ended, Endpointer, Speech
from .intake import Intake, NotAudioError
from .query import ListenQuery
from .transcript import Word

_SAMPLE_BYTES = 2


class UnheardError(Exception):
    """The body is no recording that can be heard; the message says why."""


async def transcribe(
    body: bytes, query: ListenQuery, *, account: Account, request_id: str
) -> dict[str, Any]:
    """The answer to `POST /v1/listen`; raises `UnheardError`."""
    pcm = await asyncio.to_thread(_decode, body, query)
    duration = len(pcm) / _SAMPLE_BYTES / RATE
    conditions = account.conditions
    work = conditions.latency.real_time_factor * duration
    due = asyncio.get_running_loop().time() + conditions.first_byte(0) + conditions.delay(work)
    words = await _hear(pcm, query, account)
    account.stats["audio_ms"] += round(duration * 1000)
    account.note(account.number(), words)
    await asyncio.sleep(due - asyncio.get_running_loop().time())
    return messages.recorded(
        words,
        query,
        request_id=request_id,
        sha256=hashlib.sha256(body).hexdigest(),
        created=datetime.now(UTC),
        duration=duration,
    )


async def _hear(pcm: bytes, query: ListenQuery, account: Account) -> list[Word]:
    """All words of a recording, utterance by utterance."""
    ear = account.ear()
    endpointer = Endpointer(pause=query.pause, longest=account.options.longest_segment)
    words: list[Word] = []
    for event in [*endpointer.feed(pcm), *endpointer.finish()]:
        match event:
            case Began():
                ear.begin(event)
            case Speech(sound):
                ear.feed(sound)
            case Ended(reason="noise"):
                ear.discard()
            case Ended(last=last):
                words += await ear.finish(last)
            case _:
                pass
    return words


def _decode(body: bytes, query: ListenQuery) -> bytes:
    """16 kHz mono PCM of a recording: raw in the encoding that was named, or any container."""
    if query.audio_format is not None:
        try:
            return Intake(query.audio_format).feed(body)
        except NotAudioError as error:
            raise UnheardError(str(error)) from error
    try:
        with av.open(io.BytesIO(body), "r") as recording:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            frames = [
                part for frame in recording.decode(audio=0) for part in resampler.resample(frame)
            ]
            frames += resampler.resample(None)
    except (FFmpegError, IndexError) as error:
        raise UnheardError(
            "failed to process audio: corrupt or unsupported data; send the recording itself"
        ) from error
    return b"".join(frame.to_ndarray().tobytes() for frame in frames)
