"""A Source in front of another: a Segment that is known as audio needs no Attempt.

What the other one makes is remembered once it is complete; nothing partial, failed or cancelled
ever is, nor what is too short for its text. When a hedge wins, its Attempt is not remembered: the
claim on the phrase is the first's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ..audio.loudness import Loudness
from ..phrases.cache import PhraseCache
from ..phrases.key import PhraseKey, phrase_key
from ..phrases.phrase import Phrase
from ..voice import Voice
from .attempt import OnPcm, Source, SynthesisRequest, voice_for
from .complete import may_be_complete
from .marks import AttemptRecord

# Seconds to wait for another stream that makes the same phrase: about what its first audio takes.
_IN_LINE: Final = 0.4
# Seconds of PCM handed on at a stretch, so that trimming a long phrase never holds the loop.
_SLICE: Final = 0.5


class CachedSource:
    """Phrases first, then the Source behind.

    Args:
        provider: As `phrases.key.provider_name` writes it.
        is_down: Whether the Source behind would fail now. Then a reply must not begin with a
            phrase: its other words would be lost, as LiveKit's adapter takes the fallback TTS for
            whole replies only.
        on_hit: Called with the Attempt's record when a phrase was found.
    """

    def __init__(
        self,
        source: Source,
        phrases: PhraseCache,
        *,
        voice: Voice,
        provider: str,
        loudness: Loudness,
        is_down: Callable[[], bool],
        on_hit: Callable[[AttemptRecord], None],
    ) -> None:
        self._source = source
        self._phrases = phrases
        self._voice = voice
        self._provider = provider
        self._loudness = loudness
        self._is_down = is_down
        self._on_hit = on_hit

    async def __call__(self, request: SynthesisRequest) -> None:
        segment, record = request.segment, request.record
        key = phrase_key(segment.spoken, voice_for(segment, self._voice), provider=self._provider)
        # A hedge: the first Attempt has asked already, and is making it.
        if record.hedge or (segment.index == 0 and self._is_down()):
            await self._source(request)
            return
        phrase = await self._phrases.get(key)
        if phrase is None:
            with self._phrases.claim(key) as claim:
                phrase = await claim.wait(min(_IN_LINE, request.time_limit))
                if phrase is None:
                    made = await self._make(request, key)
                    if made is not None:
                        claim.complete(made)
                    return
        record.cached = True
        self._on_hit(record)
        await self._play(phrase, request.on_pcm)

    async def _make(self, request: SynthesisRequest, key: PhraseKey) -> Phrase | None:
        """The audio of the Source behind, which plays meanwhile; None if it is not certain to be
        complete, or too short for its text."""
        made, record = bytearray(), request.record

        def take(pcm: bytes) -> None:
            made.extend(pcm)
            request.on_pcm(pcm)

        await self._source(replace(request, on_pcm=take))
        pcm = bytes(made)
        if not record.ended or not may_be_complete(pcm, key):
            return None
        self._loudness.observe(pcm)
        return Phrase(
            key=key,
            pcm=pcm,
            sample_rate=key.voice.speech_sample_rate,
            created=time.time(),
            first_audio=(record.first_byte or record.started) - record.started,
        )

    async def _play(self, phrase: Phrase, on_pcm: OnPcm) -> None:
        pcm = self._loudness.match(phrase.pcm)
        size = round(phrase.sample_rate * _SLICE) * 2
        for start in range(0, len(pcm), size):
            if start:
                await asyncio.sleep(0)
            on_pcm(pcm[start : start + size])
