"""The stock phrases of a call, in memory before anyone speaks.

They are played without STT, LLM or TTS: greeting and fillers directly; any of them, an opener most
often, is a cache hit when the LLM writes it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from livekit.plugins import sarvam_pooled

from .required_phrases import RequiredPhrase, required_phrases
from .stock_phrase_table import PhraseTable

logger = logging.getLogger(__name__)


def public_phrases(tts: sarvam_pooled.TTS, table: PhraseTable) -> frozenset[str]:
    """All stock phrases, whole and as a reply would cut them: they hold nothing of a caller, and
    may be kept the first time they are spoken."""
    texts = [text for phrases in table.by_language.values() for text in phrases.all]
    return frozenset(texts) | {piece for text in texts for piece in tts.cut(text)}


@dataclass(frozen=True, slots=True)
class LoadedPhrases:
    """The stock phrases of one language that were read from the store."""

    language: str
    """Sarvam's code; empty before anything is loaded."""
    by_text: Mapping[str, sarvam_pooled.Phrase]
    missing: tuple[RequiredPhrase, ...]


class StockPhraseAudio:
    """The stock phrases that are audio, in one voice and language.

    Args:
        tts: Makes the key of each phrase.
        table: The phrases of all languages.
        store: The phrases on disk.
        memory: Receives the phrases, because the LLM may write them.
    """

    def __init__(
        self,
        tts: sarvam_pooled.TTS,
        table: PhraseTable,
        store: sarvam_pooled.PhraseStore,
        memory: sarvam_pooled.PhraseMemory,
    ) -> None:
        self._tts = tts
        self._table = table
        self._store = store
        self._memory = memory
        self.loaded = LoadedPhrases("", {}, ())

    def read(self, language: str) -> LoadedPhrases:
        """Read the phrases of a language and their Segments; of the loaded language only those
        that are missing: they may have been built since. Blocks for a millisecond each and changes
        nothing, so a thread may call this."""
        known = self.loaded
        if language != known.language:
            known = LoadedPhrases(language, {}, required_phrases(self._tts, self._table, language))
        read = {phrase.text: audio for phrase in known.missing if (audio := self._get(phrase))}
        missing = tuple(phrase for phrase in known.missing if phrase.text not in read)
        return LoadedPhrases(language, {**known.by_text, **read}, missing)

    def use(self, loaded: LoadedPhrases) -> None:
        """Play these, and put them into the cache's memory, which forgets them sooner than some
        processes get a call. Call this on the event loop if it runs: the memory is not locked."""
        self.loaded = loaded
        for phrase in loaded.by_text.values():
            self._memory.put(phrase)

    def pcm(self, text: str) -> bytes | None:
        """The audio of a phrase, s16le mono, without leading silence; None if it is not loaded."""
        phrase = self.loaded.by_text.get(text)
        return self._tts.engine.trimmed_pcm(phrase) if phrase else None

    def _get(self, phrase: RequiredPhrase) -> sarvam_pooled.Phrase | None:
        try:
            return self._store.get(phrase.key)
        except Exception:
            # Every process reads these before its call. A phrase that is unreadable must not cost
            # the call.
            logger.exception("a stock phrase cannot be read", extra={"text": phrase.text})
            return None
