"""Room is made on the disk: what was used longest ago goes first, and leftovers go hourly."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases import eviction
from livekit.plugins.sarvam_pooled.phrases.listing import entries
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore

from .on_disk import file_of, held


def test_the_budget_is_never_exceeded(store: PhraseStore, make_phrase: Any, clock: Any) -> None:
    """Whatever is written, the files together stay within it, and the account is true."""
    store = PhraseStore(store.folder, max_bytes=50_000, clock=clock)
    for number in range(60):
        clock.now += 1
        assert store.put(make_phrase(f"Phrase {number}", samples=500 + number * 20))
        assert held(store) <= 50_000
        assert store.statistics().bytes == held(store)
    assert store.statistics().evictions == 60 - sum(1 for _ in entries(store))


def test_what_was_used_longest_ago_goes_first(
    store: PhraseStore, make_phrase: Any, clock: Any
) -> None:
    """A hit keeps a phrase, its age does not matter."""
    store = PhraseStore(store.folder, max_bytes=30_000, clock=clock)
    greeting = make_phrase("Welcome!")
    store.put(greeting)
    for number in range(60):
        clock.now += 61
        assert store.get(greeting.key) == greeting
        store.put(make_phrase(f"Phrase {number}"))
    assert store.contains(make_phrase("Phrase 59").key)
    assert not store.contains(make_phrase("Phrase 0").key)


def test_a_phrase_too_large_for_the_budget_evicts_nothing(
    store: PhraseStore, make_phrase: Any, clock: Any
) -> None:
    """It is refused."""
    store = PhraseStore(store.folder, max_bytes=20_000, clock=clock)
    store.put(make_phrase("Small"))
    assert not store.put(make_phrase("Large", samples=15_000))
    assert store.contains(make_phrase("Small").key)


def test_eviction_needs_no_list_of_all(
    store: PhraseStore, make_phrase: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the collected phrases are not enough, it walks again, down to nine tenths."""
    for number in range(30):
        clock.now += 1
        store.put(make_phrase(f"Phrase {number:02}"))
    monkeypatch.setattr(eviction, "_MAX_CANDIDATES", 4)
    PhraseStore(store.folder, max_bytes=20_000, clock=clock).evict()
    left = sorted(entry.key.text for entry in entries(store))
    assert left == [f"Phrase {number}" for number in range(30 - len(left), 30)]
    assert 14_000 < held(store) <= 18_000


def test_memory_does_not_grow_with_the_store(store: PhraseStore, make_phrase: Any) -> None:
    """A call holds no list of what is on the disk, nor does a hit or a sweep leave one behind."""
    for number in range(200):
        store.put(make_phrase(f"Phrase {number}", samples=10))
    phrase = make_phrase("Phrase 7", samples=10)
    fresh = PhraseStore(store.folder, clock=lambda: phrase.created)
    fresh.get(phrase.key)
    tracemalloc.start()
    try:
        fresh.get(phrase.key)
        fresh.evict()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert left < 20_000


def test_a_phrase_is_forgotten_in_time(store: PhraseStore, make_phrase: Any, clock: Any) -> None:
    """Thirty days after its last use it is a miss, and the next sweep removes it."""
    phrase, other = make_phrase(), make_phrase("Other")
    store.put(phrase)
    clock.now += 30 * 86400
    assert store.get(phrase.key) == phrase
    clock.now += 30 * 86400 + 1
    assert store.get(phrase.key) is None
    assert not store.contains(phrase.key)
    store.put(other)
    assert [path.name for path in store.folder.rglob("*.wav")] == [other.key.path.name]


def test_an_hourly_sweep_clears_up(store: PhraseStore, make_phrase: Any, clock: Any) -> None:
    """Files of dead writers are removed, sidecars are made again, and the account is correct."""
    phrase = make_phrase()
    store.put(phrase)
    path = file_of(store, phrase)
    path.with_suffix(".json").unlink()
    orphan = path.with_name("orphan-0123456789abcdef.json")
    orphan.write_text("{}")
    (store.folder / ".tmp-1-dead").write_bytes(b"half a phrase")
    clock.now += 3600
    store.put(make_phrase("Another"))
    assert json.loads(path.with_suffix(".json").read_text())["text"] == phrase.text
    assert not orphan.exists()
    assert not list(store.folder.glob(".tmp*"))
    assert store.statistics().bytes == held(store)


def test_what_is_not_the_stores_is_left_alone(
    store: PhraseStore, make_phrase: Any, clock: Any
) -> None:
    """A recording or a note that somebody put there is neither counted nor removed."""
    store.put(make_phrase("One"))
    note = store.folder / "en-in" / "shubh" / "listen.wav"
    note.write_bytes(bytes(100_000))
    PhraseStore(store.folder, max_bytes=20_000, clock=clock).evict()
    assert note.exists()
    assert store.contains(make_phrase("One").key)
