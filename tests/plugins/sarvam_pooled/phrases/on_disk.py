"""The path of a stored phrase, and the size of a store."""

from __future__ import annotations

from pathlib import Path

from livekit.plugins.sarvam_pooled.phrases.phrase import Phrase
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore


def file_of(store: PhraseStore, phrase: Phrase) -> Path:
    return store.folder / phrase.key.path


def held(store: PhraseStore) -> int:
    """Bytes of all files that are not the store's own bookkeeping."""
    paths = [path for path in store.folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in paths if not path.name.startswith("."))
