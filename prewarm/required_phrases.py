"""The stock phrases that a store should have, and those that are missing.

for phrase in find_missing(store, required_phrases(tts, table, "hi-IN")):
    ...  # the store has no audio of phrase.text
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from livekit.plugins import sarvam_pooled

from .stock_phrase_table import PhraseTable


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredPhrase:
    """One stock phrase in one voice, or one of its Segments.

    Attributes:
        language: Sarvam's code.
        text: As it stands in the table; a Segment as a reply would send it.
        key: What the store keeps it under.
    """

    language: str
    text: str
    key: sarvam_pooled.PhraseKey


def required_phrases(
    tts: sarvam_pooled.TTS, table: PhraseTable, language: str
) -> tuple[RequiredPhrase, ...]:
    """The stock phrases of `language`, one of the table's, as `tts` would speak them, those needed
    first in front; then the Segments of those that a reply would cut: they are hits when the LLM
    writes the same words.

    Pure; the language of `tts` is not changed.
    """
    whole = table.by_language[language].all
    pieces = (piece for text in whole for piece in tts.cut(text))
    required: dict[sarvam_pooled.PhraseKey, RequiredPhrase] = {}
    for text in (*whole, *pieces):
        key = _key(tts, text, language, table.voice(language))
        required.setdefault(key, RequiredPhrase(language=language, text=text, key=key))
    return tuple(required.values())


def find_missing(
    store: sarvam_pooled.PhraseStore, among: Iterable[RequiredPhrase]
) -> tuple[RequiredPhrase, ...]:
    """The phrases of `among` that are not in the store. Blocks while it looks up each file's name;
    the files are not read."""
    return tuple(phrase for phrase in among if not store.contains(phrase.key))


def _key(
    tts: sarvam_pooled.TTS, text: str, language: str, voice: Mapping[str, Any]
) -> sarvam_pooled.PhraseKey:
    key = tts.engine.phrase_key(text)
    return replace(key, voice=replace(key.voice, target_language_code=language, **voice))
