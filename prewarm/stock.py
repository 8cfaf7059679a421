"""The stock phrases of a call, in memory before anyone speaks.

They are played without STT, LLM or TTS: greeting and fillers as sound, and all of them, openers
above all, when the LLM writes them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Final

from livekit import rtc
from livekit.plugins import sarvam_pooled

from .phrases import all_phrases
from .required_phrases import RequiredPhrase, required_phrases

logger = logging.getLogger(__name__)

_FRAME: Final = 0.02  # seconds
# Seconds that are given at once: more than the 200 ms that LiveKit's track holds, less than the
# second from which LiveKit measures the speaking rate.
_HEAD: Final = 0.3
_PORTION: Final = 0.2  # seconds of what follows
_BREATH: Final = 0.02  # seconds between two portions


def listed(voice: sarvam_pooled.TTS) -> frozenset[str]:
    """All stock phrases, whole and as a reply would cut them. They are public, so a phrase may be
    stored when it is first spoken."""
    texts = [text for stock in all_phrases().values() for text in stock.all]
    return frozenset(texts) | {piece for text in texts for piece in voice.cut(text)}


class Stock:
    """The stock phrases that are audio, in one voice and language.

    Args:
        voice: Makes the key of each phrase.
        store: Where phrases are.
        memory: Receives those that the LLM may write.
    """

    def __init__(
        self,
        voice: sarvam_pooled.TTS,
        store: sarvam_pooled.PhraseStore,
        memory: sarvam_pooled.PhraseMemory,
    ) -> None:
        self._voice = voice
        self._store = store
        self._memory = memory
        self._phrases: dict[str, sarvam_pooled.Phrase] = {}
        self._lacking: tuple[RequiredPhrase, ...] = ()
        self.language = ""
        """Code of the language that is loaded."""

    def load(self, language: str) -> None:
        """Read the phrases of a language and their Segments. Blocks for a millisecond each."""
        self.language = language
        self._phrases = {}
        self._lacking = required_phrases(self._voice, language)
        self.refresh()

    @property
    def is_whole(self) -> bool:
        """Whether all phrases of the language were found."""
        return not self._lacking

    def refresh(self) -> None:
        """Read those that were not found: they may have been built since. Blocks as `load` does."""
        found = {
            lacking.text: phrase for lacking in self._lacking if (phrase := self._get(lacking))
        }
        self._phrases |= found
        self._lacking = tuple(phrase for phrase in self._lacking if phrase.text not in found)
        self.remember()

    def remember(self) -> None:
        """Put the phrases into the cache's memory. The memory expires them, and a process may have
        waited longer for its call."""
        for phrase in self._phrases.values():
            self._memory.put(phrase)

    def pcm(self, text: str) -> bytes | None:
        """The audio of a phrase, s16le mono, without leading silence; None if it is not loaded."""
        phrase = self._phrases.get(text)
        return self._voice.engine.trimmed_pcm(phrase) if phrase else None

    def _get(self, phrase: RequiredPhrase) -> sarvam_pooled.Phrase | None:
        try:
            return self._store.get(phrase.key)
        except Exception:
            # Every process reads these before its call. A phrase that is unreadable must not cost
            # the call.
            logger.exception("a stock phrase cannot be read", extra={"text": phrase.text})
            return None


async def frames(pcm: bytes, *, sample_rate: int) -> AsyncIterator[rtc.AudioFrame]:
    """PCM (s16le mono) as LiveKit's `say(audio=...)` takes it: the beginning at once, the rest ten
    times as fast as it is heard.

    LiveKit measures the speaking rate on the loop, 2 to 3 ms for each tenth of a second
    (measured), and sends nothing meanwhile: a greeting that is given whole is heard 60 to 180 ms
    later than one in portions.
    """
    size = round(sample_rate * _FRAME) * 2
    pause_at = round(_HEAD / _FRAME)
    for number, start in enumerate(range(0, len(pcm), size)):
        if number == pause_at:
            pause_at += round(_PORTION / _FRAME)
            await asyncio.sleep(_BREATH)
        piece = pcm[start : start + size]
        yield rtc.AudioFrame(piece, sample_rate, 1, len(piece) // 2)
