"""One text to Sarvam's audio: encoded pieces, each at its simulated time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sandbox.conditions import Conditions
from sandbox.tts import make_sound, paced
from sandbox.voice import make_encoder

from .options import SarvamOptions


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

    Every synthesis has an encoder of its own. `factor` lengthens every wait; only the fraction
    `until` of the audio is made, with no proper end if that is not all of it.
    """
    encoder = make_encoder(request.codec, sample_rate=request.sample_rate, bitrate=request.bitrate)
    cutter = OddCutter() if options.odd_cuts else None
    spread = options.pace_spread
    sound = make_sound(
        request.text,
        kind=options.voice,
        language=request.language,
        pace=request.pace * (conditions.between(1 - spread, 1 + spread) if spread else 1.0),
        sample_rate=request.sample_rate,
        speaker=request.speaker,
    )
    async for piece in paced(
        sound,
        characters=len(request.text),
        conditions=conditions,
        options=options,
        factor=factor,
        until=until,
    ):
        data = encoder.encode(piece.pcm)
        if piece.is_last and not piece.is_cut:
            data += encoder.finish()
        if cutter is not None:
            data = cutter.cut(data, last=piece.is_last)
        yield Piece(data, piece.end)


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
