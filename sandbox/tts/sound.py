"""A text as sound, by the voice or by the tones, with the time of every word."""

from __future__ import annotations

from typing import Literal

from sandbox.voice import Speech, speak_timed, tone, word_tones
from sandbox.voice.words import word_times


async def make_sound(
    text: str,
    *,
    kind: Literal["espeak", "tone", "words"],
    language: str,
    pace: float,
    sample_rate: int,
    speaker: str,
) -> Speech:
    """`text` as 16-bit mono PCM at `sample_rate` Hz; tones have their words spread evenly."""
    if kind == "espeak":
        return await speak_timed(
            text, language=language, pace=pace, sample_rate=sample_rate, voice=speaker
        )
    make = tone if kind == "tone" else word_tones
    pcm = make(text, pace=pace, sample_rate=sample_rate)
    words = word_times(text, [], [], len(pcm) / 2 / sample_rate)
    return Speech(pcm=pcm, sample_rate=sample_rate, words=words)
