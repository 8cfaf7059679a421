"""Clips of callers who hesitate: synthetic ones, or recordings from a folder."""

from __future__ import annotations

import itertools
import tomllib
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sandbox.caller.timing import Span, sounds
from sandbox.voice import speak
from sandbox.voice.pcm import Samples

RATE: Final = 16_000
"""Hz of all clips."""
SHORTEST_PAUSE: Final = 0.18
"""Seconds of silence that separate two stretches of a recording."""
UNKNOWN: Final = "something"
"""Stands for the words of a recording that has no transcript."""
_NOISE: Final = 12.0  # RMS of a quiet room: -69 dBFS
_SOUND: Final = 400  # quieter samples at both ends of a synthetic stretch are silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Speech between two pauses; times in seconds of the clip."""

    text: str
    begins: float
    ends: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One turn of a caller, with pauses."""

    language: str
    stretches: tuple[Stretch, ...]
    samples: Samples


async def synthesise(*, shift: int = 0) -> list[Clip]:
    """The clips of `clips.toml`, spoken by espeak-ng.

    Args:
        shift: Where to begin in the list of pauses, so that each place gets another length.
    """
    read = tomllib.loads(Path(__file__).with_name("clips.toml").read_text("utf-8"))
    pauses = itertools.islice(itertools.cycle(read.pop("pauses")), shift, None)
    return [
        await _spoken(text, language, pauses)
        for language, table in read.items()
        for text in table["clips"]
    ]


def recorded(folder: Path) -> list[Clip]:
    """The recordings of a folder: `NAME.wav`, 16-bit, mono, 16 kHz, and one of these beside it.

    `NAME.txt` has the language in its first line and then one line for each stretch between two
    pauses. `NAME.scv` has the hand-marked spans of speech without its words: the format of the
    English test set of TEN VAD (`github.com/TEN-framework/ten-vad`, `testset`).

    Raises:
        ValueError: One has another format; the message says what to change.
    """
    return [_read(path) for path in sorted(folder.glob("*.wav"))]


async def _spoken(text: str, language: str, pauses: Iterator[float]) -> Clip:
    pieces: list[Samples] = [np.zeros(RATE // 2, np.int16)]
    stretches: list[Stretch] = []
    for part in text.split("|"):
        if stretches:
            pieces.append(np.zeros(round(next(pauses) * RATE), np.int16))
        pcm = await speak(part, language=language, sample_rate=RATE)
        samples = _cut(np.frombuffer(pcm, np.int16))
        begins = sum(piece.size for piece in pieces) / RATE
        ends = begins + samples.size / RATE
        stretches.append(Stretch(text=part.strip(), begins=begins, ends=ends))
        pieces.append(samples)
    clean = np.concatenate(pieces).astype(np.float64)
    noisy = clean + np.random.default_rng(0).normal(0, _NOISE, clean.size)
    samples = noisy.clip(-32768, 32767).astype(np.int16)
    return Clip(language=language, stretches=tuple(stretches), samples=samples)


def _cut(samples: Samples) -> Samples:
    """Without the silence at both ends, so that pauses are exact."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _SOUND)
    return samples[loud[0] : loud[-1] + 1]


def _read(path: Path) -> Clip:
    with wave.open(str(path)) as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise ValueError(f"{path}: must be mono, 16 bits and {RATE} Hz")
        samples: Samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
    if (marks := path.with_suffix(".scv")).exists():
        return Clip(language="en-IN", stretches=_marked(marks.read_text()), samples=samples)
    language, *texts = path.with_suffix(".txt").read_text("utf-8").split("\n")
    texts = [text for text in texts if text.strip()]
    spans: list[Span] = sounds(samples, RATE, pause=SHORTEST_PAUSE)
    if len(spans) != len(texts):
        raise ValueError(
            f"{path}: {len(spans)} stretches are heard and {len(texts)} written; write one line "
            f"for each, separated by {SHORTEST_PAUSE * 1000:.0f} ms of silence or more"
        )
    stretches = (
        Stretch(text=text.strip(), begins=span.start, ends=span.end)
        for text, span in zip(texts, spans, strict=True)
    )
    return Clip(language=language.strip(), stretches=tuple(stretches), samples=samples)


def _marked(line: str) -> tuple[Stretch, ...]:
    """`NAME,BEGIN,END,IS_SPEECH,BEGIN,END,IS_SPEECH,...` in seconds -> stretches."""
    fields = iter(line.strip().split(",")[1:])
    stretches: list[Stretch] = []
    for begins, ends, is_speech in zip(fields, fields, fields, strict=True):
        if is_speech != "1":
            continue
        begin = float(begins)
        if stretches and begin - stretches[-1].ends < SHORTEST_PAUSE:
            begin = stretches.pop().begins
        stretches.append(Stretch(text=UNKNOWN, begins=begin, ends=float(ends)))
    return tuple(stretches)
