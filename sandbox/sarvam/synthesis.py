"""Synthesises one text in Sarvam's codecs, each piece at its simulated time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sandbox.conditions import Fault
from sandbox.tts import make_sound, paced
from sandbox.voice import make_encoder

from .options import Account


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
    """Part of the audio, encoded; empty while the encoder holds it back."""

    data: bytes
    is_garbage: bool
    """Send something that is not of the protocol in its place."""


async def synthesize(
    request: Request, account: Account, fault: Fault | None
) -> AsyncIterator[Piece]:
    """The audio of `request`, each piece when the simulated model has made it.

    Every synthesis has an encoder of its own; audio that a fault cuts off has no proper end.
    """
    options = account.options
    encoder = make_encoder(request.codec, sample_rate=request.sample_rate, bitrate=request.bitrate)
    cutter = OddCutter() if options.odd_cuts else None
    spread = options.pace_spread
    pace = account.conditions.between(1 - spread, 1 + spread) if spread else 1.0
    sound = make_sound(
        request.text,
        kind=options.voice,
        language=request.language,
        pace=request.pace * pace,
        sample_rate=request.sample_rate,
        speaker=request.speaker,
    )
    async for piece in paced(
        sound,
        characters=len(request.text),
        conditions=account.conditions,
        options=options,
        fault=fault,
    ):
        data = encoder.encode(piece.pcm)
        if piece.is_last and not piece.is_cut:
            data += encoder.finish()
        if cutter is not None:
            data = cutter.cut(data, last=piece.is_last)
        yield Piece(data, piece.is_garbage)


class OddCutter:
    """Moves bytes between messages so that each but the last has an odd length."""

    def __init__(self) -> None:
        self._held = b""

    def cut(self, data: bytes, *, last: bool) -> bytes:
        """The content of the next message; nothing is held back after the last."""
        data = self._held + data
        self._held = b""
        if data and not last and len(data) % 2 == 0:
            data, self._held = data[:-1], data[-1:]
        return data
