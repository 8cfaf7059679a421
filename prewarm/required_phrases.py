"""Which stock phrases a store should have, and which of them it lacks.

for phrase in missing(store, wanted(voice, "hi-IN")):
    ...  # phrase.text is not audio yet
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from livekit.plugins import sarvam_pooled

from .phrases import phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One stock phrase in one voice, or one of its Segments.

    Attributes:
        language: Sarvam's code.
        text: As it stands in `phrases.toml`; a Segment as a reply would send it.
        key: What the store keeps it under.
    """

    language: str
    text: str
    key: sarvam_pooled.PhraseKey


def wanted(voice: sarvam_pooled.TTS, language: str) -> tuple[Wanted, ...]:
    """The stock phrases of `language` as `voice` would speak them, those needed first in front;
    then the Segments of those that a reply would cut, so that they are hits as well when the
    language model writes the same words.

    Pure, and the voice stays in whatever language it is.
    """
    whole = phrases(language).all
    pieces = (piece for text in whole for piece in voice.cut(text))
    found: dict[sarvam_pooled.PhraseKey, Wanted] = {}
    for text in (*whole, *pieces):
        key = _key(voice, text, language)
        found.setdefault(key, Wanted(language=language, text=text, key=key))
    return tuple(found.values())


def missing(store: sarvam_pooled.PhraseStore, among: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Those of `among` that are not in the store. Blocks for a look at each file's name; what is
    in the files is not read."""
    return tuple(phrase for phrase in among if not store.contains(phrase.key))


def _key(voice: sarvam_pooled.TTS, text: str, language: str) -> sarvam_pooled.PhraseKey:
    key = voice.engine.phrase_key(text)
    return replace(key, voice=replace(key.voice, target_language_code=language))
