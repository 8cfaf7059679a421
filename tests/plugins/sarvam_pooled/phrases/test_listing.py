"""The work of people on a store: list, verify and purge."""

from __future__ import annotations

from typing import Any

from livekit.plugins.sarvam_pooled.phrases.listing import entries, purge, verify
from livekit.plugins.sarvam_pooled.phrases.phrase import Defect
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore
from livekit.plugins.sarvam_pooled.phrases.wav import encode

from .on_disk import file_of, held


def test_the_catalogue_lists_and_purges(store: PhraseStore, make_phrase: Any) -> None:
    """By voice, by text, by any field of an entry."""
    for speaker in ("ritu", "shubh"):
        store.put(make_phrase("One", speaker=speaker, samples=24_000))
        store.put(make_phrase("Two", speaker=speaker))
    listed = {(entry.key.text, entry.key.voice.speaker): entry for entry in entries(store)}
    assert len(listed) == 4
    assert listed["One", "ritu"].seconds == 1.0
    assert purge(store, lambda entry: entry.key.voice.speaker == "ritu") == 2
    assert {entry.key.voice.speaker for entry in entries(store)} == {"shubh"}
    assert store.statistics().bytes == held(store)


def test_verifying_reads_every_phrase_whole(store: PhraseStore, make_phrase: Any) -> None:
    """A wrong or a misplaced file is named and removed."""
    good, cut, moved = (make_phrase(text) for text in ("Good", "Cut", "Moved"))
    for phrase in (good, cut, moved):
        store.put(phrase)
    file_of(store, cut).write_bytes(encode(cut)[:-2])
    elsewhere = file_of(store, moved).with_name("other-0123456789abcdef.wav")
    file_of(store, moved).rename(elsewhere)
    assert dict(verify(store)) == {
        file_of(store, good): None,
        file_of(store, cut): Defect.TRUNCATED,
        elsewhere: Defect.FOREIGN,
    }
    assert dict(verify(store)) == {file_of(store, good): None}
