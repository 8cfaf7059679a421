"""Text to speech for the sandbox: `speak` and `speak_timed`, off the event loop."""

from __future__ import annotations

import asyncio
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache

from .espeak import Espeak
from .pcm import resample, trim_tail
from .voices import choose_voice
from .words import Word, word_times

# Cached sound, so that a repeated text costs nothing: ten minutes at 24 kHz.
_CACHE_BYTES = 32 * 1024 * 1024

_executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice")
# Guards the library and the cache; `synthesize` may be called on other threads.
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A text as sound."""

    pcm: bytes
    """Signed 16-bit little-endian mono samples; ends soon after the last sound."""
    sample_rate: int
    words: tuple[Word, ...]
    """The words as written, in order, with their times in seconds."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.pcm) / 2 / self.sample_rate


_cache: LRUCache[tuple[str, str, float, int, str], Speech] = LRUCache(
    _CACHE_BYTES, getsizeof=lambda speech: len(speech.pcm) + 1024
)


async def speak(
    text: str,
    *,
    language: str = "en-IN",
    pace: float = 1.0,
    sample_rate: int = 24000,
    voice: str = "",
) -> bytes:
    """`text` as signed 16-bit little-endian mono PCM; empty if it has nothing to speak.

    `language` is a BCP-47 tag (`hi-IN`, `od-IN`; `en-GB` and `en-US` choose an accent), `pace`
    multiplies the rate of speech, and `voice` is a speaker's name: the same name always sounds the
    same; "" is the language's default voice, which recognisers understand best. espeak-ng varies a
    text a little each time; a cached sound is returned unchanged.
    Raises ValueError for an unknown language and VoiceError if espeak-ng fails.
    """
    speech = await speak_timed(
        text, language=language, pace=pace, sample_rate=sample_rate, voice=voice
    )
    return speech.pcm


async def speak_timed(
    text: str,
    *,
    language: str = "en-IN",
    pace: float = 1.0,
    sample_rate: int = 24000,
    voice: str = "",
) -> Speech:
    """As `speak`, with the time of every word."""
    work = functools.partial(synthesize, text, language, pace, sample_rate, voice)
    return await asyncio.get_running_loop().run_in_executor(_executor, work)


def synthesize(text: str, language: str, pace: float, sample_rate: int, voice: str) -> Speech:
    """As `speak_timed`, on the calling thread."""
    key = (text, language, pace, sample_rate, voice)
    with _lock:
        known = _cache.get(key)
        if known is not None:
            return known
        speech = _synthesize(text, language, pace, sample_rate, voice)
        if len(speech.pcm) < _CACHE_BYTES // 4:
            _cache[key] = speech
        return speech


def _synthesize(text: str, language: str, pace: float, sample_rate: int, voice: str) -> Speech:
    settings = choose_voice(language=language, speaker=voice, pace=pace)
    # espeak-ng would speak the name of a lone mark.
    if not any(map(str.isalnum, text)):
        return Speech(pcm=b"", sample_rate=sample_rate, words=())
    espeak = _espeak()
    utterance = espeak.speak(text, settings)
    samples = trim_tail(np.frombuffer(utterance.pcm, np.int16), espeak.sample_rate)
    duration = samples.size / espeak.sample_rate
    return Speech(
        pcm=resample(samples, espeak.sample_rate, sample_rate).astype("<i2").tobytes(),
        sample_rate=sample_rate,
        words=word_times(text, utterance.words, utterance.stops, duration),
    )


@functools.cache
def _espeak() -> Espeak:
    return Espeak()
