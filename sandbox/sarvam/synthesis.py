"""One text to one provider's worth of audio: encoded pieces, each at its simulated time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sandbox.conditions import Conditions
from sandbox.voice import make_encoder, speak, tone

from .options import SarvamOptions

_SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to say, and how."""

    text: str
    language: str
    speaker: str
    pace: float
    sample_rate: int
    """Hz."""
    codec: str
    bitrate: int
    """Bits a second, for the codecs that have one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the audio, encoded; empty while the encoder still holds it back."""

    data: bytes
    end: float
    """Fraction of the whole audio up to the end of this piece."""


async def synthesize(
    request: Request,
    *,
    conditions: Conditions,
    options: SarvamOptions,
    factor: float = 1.0,
    until: float = 1.0,
) -> AsyncIterator[Piece]:
    """The audio of `request`, piece by piece, each when the simulated model has made it.

    Making the real audio goes on during the simulated wait and adds nothing to it. `factor`
    lengthens every wait; only the fraction `until` of the audio is made, with no proper end if
    that is not all of it.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + conditions.first_byte(len(request.text), factor=factor)
    pcm = await _sound(request, options)
    encoder = make_encoder(request.codec, sample_rate=request.sample_rate, bitrate=request.bitrate)
    cutter = OddCutter() if options.odd_cuts else None
    total = len(pcm)
    stop = int(total * until) // _SAMPLE_BYTES * _SAMPLE_BYTES
    position = 0
    # A text without sound still takes its time.
    await asyncio.sleep(due - loop.time())
    while position < stop:
        seconds = conditions.between(*(options.chunk if position else options.first_chunk))
        size = _SAMPLE_BYTES * round(seconds * request.sample_rate)
        sound = pcm[position : min(position + size, stop)]
        if position:
            work = conditions.latency.real_time_factor * seconds * len(sound) / size
            due += conditions.delay(work, factor=factor)
            await asyncio.sleep(due - loop.time())
        position += len(sound)
        data = encoder.encode(sound)
        if position == total:
            data += encoder.finish()
        if cutter is not None:
            data = cutter.cut(data, last=position == stop)
        yield Piece(data, position / total)


class OddCutter:
    """Moves the borders between messages so that every one but the last has an odd length."""

    def __init__(self) -> None:
        self._held = b""

    def cut(self, data: bytes, *, last: bool) -> bytes:
        """What goes into the next message; nothing is held after the last."""
        data = self._held + data
        self._held = b""
        if data and not last and len(data) % 2 == 0:
            data, self._held = data[:-1], data[-1:]
        return data


async def _sound(request: Request, options: SarvamOptions) -> bytes:
    if options.voice == "tone":
        return tone(request.text, pace=request.pace, sample_rate=request.sample_rate)
    return await speak(
        request.text,
        language=request.language,
        pace=request.pace,
        sample_rate=request.sample_rate,
        voice=request.speaker,
    )
