"""A synthesiser in front of another: a Segment whose audio is cached needs no Attempt.

Complete audio of the other one is cached. Audio that is partial, failed, cancelled or too short for
its text is not, nor is that of a hedge: the first Attempt has the claim.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ..audio.loudness import Loudness
from ..phrases.cache import PhraseCache
from ..phrases.key import PhraseKey, phrase_key
from ..phrases.phrase import Phrase
from ..voice import Voice
from .attempt import OnPcm, Synthesiser, SynthesisRequest, voice_for
from .completeness import may_be_stored
from .records import AttemptRecord
from .render import as_phrase

# Seconds to wait for another stream that makes the same phrase: about the time to its first audio.
_MAX_CLAIM_WAIT: Final = 0.4
# Seconds of PCM played in one step: trimming a long phrase must not block the event loop.
_SLICE: Final = 0.5


class CachedSynthesiser:
    """Plays a cached phrase if there is one, and `synthesiser` otherwise.

    Args:
        provider: See `phrases.key.provider_name`.
        is_down: Returns whether `synthesiser` would fail now. Then a reply must not begin with a
            phrase: its other words would be lost, because LiveKit's adapter gives only complete
            replies to the fallback TTS.
        on_hit: Called with the Attempt's record when its phrase was found.
    """

    def __init__(
        self,
        synthesiser: Synthesiser,
        phrases: PhraseCache,
        *,
        voice: Voice,
        provider: str,
        loudness: Loudness,
        is_down: Callable[[], bool],
        on_hit: Callable[[AttemptRecord], None],
    ) -> None:
        self._synthesiser = synthesiser
        self._phrases = phrases
        self._voice = voice
        self._provider = provider
        self._loudness = loudness
        self._is_down = is_down
        self._on_hit = on_hit

    async def __call__(self, request: SynthesisRequest) -> None:
        segment, record = request.segment, request.record
        key = phrase_key(segment.spoken, voice_for(segment, self._voice), provider=self._provider)
        # The first Attempt has looked in the cache; its hedge need not.
        if record.hedge or (segment.index == 0 and self._is_down()):
            await self._synthesiser(request)
            return
        phrase = await self._phrases.get(key)
        if phrase is None:
            with self._phrases.claim(key) as claim:
                phrase = await claim.wait(min(_MAX_CLAIM_WAIT, request.time_left()))
                if phrase is None:
                    phrase = await self._make(request, key)
                    if phrase is not None:
                        claim.complete(phrase)
                    return
        record.cached = True
        self._on_hit(record)
        await self._play(phrase, request.on_pcm)

    async def _make(self, request: SynthesisRequest, key: PhraseKey) -> Phrase | None:
        """Synthesise a phrase that plays meanwhile; None if its audio may be incomplete, or is too
        short for its text."""
        received, record = bytearray(), request.record

        def take(pcm: bytes) -> None:
            received.extend(pcm)
            request.on_pcm(pcm)

        await self._synthesiser(replace(request, on_pcm=take))
        pcm = bytes(received)
        if not record.ended or not may_be_stored(pcm, key):
            return None
        self._loudness.observe(pcm)
        return as_phrase(pcm, key, record)

    async def _play(self, phrase: Phrase, on_pcm: OnPcm) -> None:
        pcm = self._loudness.match(phrase.pcm)
        size = round(phrase.sample_rate * _SLICE) * 2
        for start in range(0, len(pcm), size):
            if start:
                await asyncio.sleep(0)
            on_pcm(pcm[start : start + size])
