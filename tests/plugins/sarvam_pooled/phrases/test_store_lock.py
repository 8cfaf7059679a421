"""One writer at a time, and an account of the bytes that survives a lost file."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore
from livekit.plugins.sarvam_pooled.phrases.store_lock import StoreLock

from .on_disk import held


def test_a_lost_ledger_is_made_again(store: PhraseStore, make_phrase: Any) -> None:
    """The files are the truth."""
    store.put(make_phrase("One"))
    for content in (None, b"", b"nonsense\n"):
        store_lock = store.folder / ".ledger"
        store_lock.unlink() if content is None else store_lock.write_bytes(content)
        store.put(make_phrase("Two"))
        assert store.statistics().bytes == held(store)


def test_a_writer_waits_for_another_but_not_for_ever(
    store: PhraseStore, make_phrase: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that cannot have the lock in time gives the phrase up; readers never need it."""
    phrase = make_phrase()
    store.put(phrase)
    monkeypatch.setattr(store, "_store_lock", StoreLock(store.folder, lock_timeout=0.01))
    with StoreLock(store.folder).locked():
        assert not store.put(make_phrase("Other"))
        assert store.get(phrase.key) == phrase
    assert store.put(make_phrase("Other"))
