"""The level on disk: whole phrases or none, within its budget, on any disk."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases import eviction as sweep_module
from livekit.plugins.sarvam_pooled.phrases.listing import entries, purge, verify
from livekit.plugins.sarvam_pooled.phrases.phrase import Defect, Phrase
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore
from livekit.plugins.sarvam_pooled.phrases.store_lock import StoreLock
from livekit.plugins.sarvam_pooled.phrases.wav import MAX_BYTES, encode

NOBODY = 65534


@pytest.fixture
def store(tmp_path: Path, clock: Any) -> PhraseStore:
    """An empty store."""
    return PhraseStore(tmp_path / "phrases", clock=clock)


def file_of(store: PhraseStore, phrase: Phrase) -> Path:
    return store.folder / phrase.key.path


def spoil(store: PhraseStore, phrase: Phrase, content: bytes) -> None:
    """Write over the file of a phrase, with the time of its last use as it was."""
    path = file_of(store, phrase)
    used = path.stat().st_mtime
    path.write_bytes(content)
    os.utime(path, (used, used))


def held(store: PhraseStore) -> int:
    """Bytes of all files that are not the store's own bookkeeping."""
    paths = [path for path in store.folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in paths if not path.name.startswith("."))


def test_a_phrase_is_found_by_another_process(store: PhraseStore, make_phrase: Any) -> None:
    """Nothing but the folder is shared."""
    phrase = make_phrase("नमस्ते!")
    assert store.get(phrase.key) is None
    assert not store.contains(phrase.key)
    assert store.put(phrase)
    other = PhraseStore(store.folder, clock=lambda: phrase.created)
    assert other.contains(phrase.key)
    assert other.get(phrase.key) == phrase


def test_a_person_finds_and_reads_it(store: PhraseStore, make_phrase: Any) -> None:
    """By language, voice and text; with a sidecar that says what it is."""
    store.put(make_phrase("Sure, let me check.", speaker="ritu", target_language_code="hi-IN"))
    names = [path.name for path in (store.folder / "hi-in" / "ritu").iterdir()]
    assert {name[:18] for name in names} == {"sure-let-me-check-"}
    sidecar = next((store.folder / "hi-in" / "ritu").glob("*.json"))
    assert json.loads(sidecar.read_text())["text"] == "Sure, let me check."


def test_looking_up_makes_no_folder(store: PhraseStore, make_phrase: Any) -> None:
    """Only a phrase to keep makes one."""
    store.get(make_phrase().key)
    store.contains(make_phrase().key)
    assert not store.folder.exists()


DAMAGES = {
    "empty": (lambda whole, other: b"", Defect.EMPTY),
    "cut": (lambda whole, other: whole[: len(whole) // 2], Defect.CUT),
    "one bit": (lambda whole, other: whole[:-1] + bytes([whole[-1] ^ 1]), Defect.ALTERED),
    "foreign": (lambda whole, other: b"ID3" + whole, Defect.FOREIGN),
    "another phrase": (lambda whole, other: other, Defect.FOREIGN),
    "older": (lambda whole, other: b"RIFF" + whole[4:36] + b"LIST" + whole[40:], Defect.FOREIGN),
    "huge": (lambda whole, other: whole + bytes(MAX_BYTES), Defect.FOREIGN),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_wrong_file_is_never_played_and_is_replaced(
    store: PhraseStore, make_phrase: Any, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is removed and counted, the log says why without the text, and a new one takes its
    place."""
    phrase = make_phrase()
    store.put(phrase)
    whole, other = encode(phrase), encode(make_phrase(speaker="ritu"))
    make, defect = DAMAGES[damage]
    spoil(store, phrase, make(whole, other))
    assert store.get(phrase.key) is None
    assert not store.contains(phrase.key)
    assert store.statistics().wrong == 1
    assert caplog.records[0].__dict__["defect"] == str(defect)
    assert "check" not in caplog.text
    assert store.put(phrase)
    assert store.get(phrase.key) == phrase


def test_a_wrong_file_that_was_replaced_meanwhile_stays(
    store: PhraseStore, make_phrase: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that found a wrong file does not remove the good one that came after it."""
    phrase = make_phrase()
    store.put(phrase)
    spoil(store, phrase, b"RIFF")
    other = PhraseStore(store.folder, clock=lambda: phrase.created + 1)
    locked = StoreLock.locked

    @contextmanager
    def replaced_before(store_lock: StoreLock) -> Iterator[Any]:
        monkeypatch.setattr(StoreLock, "locked", locked)
        other.put(phrase)
        with locked(store_lock) as account:
            yield account

    monkeypatch.setattr(StoreLock, "locked", replaced_before)
    assert store.get(phrase.key) is None
    assert store.get(phrase.key) == phrase


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_file_is_a_miss(store: PhraseStore, make_phrase: Any, make: Any) -> None:
    """Neither blocks a reader."""
    path = file_of(store, make_phrase())
    path.parent.mkdir(parents=True)
    make(path)
    assert store.get(make_phrase().key) is None
    assert not store.contains(make_phrase().key)


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


def test_a_hit_is_noted_at_most_once_a_minute(
    store: PhraseStore, make_phrase: Any, clock: Any
) -> None:
    """A phrase that every call uses does not wear the disk."""
    phrase = make_phrase()
    store.put(phrase)
    began = clock.now
    for seconds, noted in ((59, 0), (60, 60), (119, 60), (120, 120)):
        clock.now = began + seconds
        store.get(phrase.key)
        assert file_of(store, phrase).stat().st_mtime == began + noted


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
    """Where the few that were noted are not enough, it looks again, down to nine tenths."""
    for number in range(30):
        clock.now += 1
        store.put(make_phrase(f"Phrase {number:02}"))
    monkeypatch.setattr(sweep_module, "_NOTED", 4)
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
    """What dead writers left goes, sidecars are made again, and the account is true again."""
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


def test_a_lost_ledger_is_made_again(store: PhraseStore, make_phrase: Any) -> None:
    """The files are the truth."""
    store.put(make_phrase("One"))
    for content in (None, b"", b"nonsense\n"):
        store_lock = store.folder / ".ledger"
        store_lock.unlink() if content is None else store_lock.write_bytes(content)
        store.put(make_phrase("Two"))
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


@contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """As a user who may read `folder` and not write it."""
    folder.chmod(0o755 if os.geteuid() == 0 else 0o555)
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)
        folder.chmod(0o755)


def test_a_read_only_disk_is_read_and_warned_of_once(
    make_phrase: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Known phrases play, new ones are not kept, and a wrong file harms nobody."""
    # pytest's own folder is closed to other users.
    folder = Path(tempfile.mkdtemp())
    try:
        phrase, wrong = make_phrase(), make_phrase("Wrong")
        PhraseStore(folder, clock=clock).put(phrase)
        PhraseStore(folder, clock=clock).put(wrong)
        store = PhraseStore(folder, clock=clock)
        spoil(store, wrong, b"RIFF")
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        (folder / ".ledger").chmod(0o644 if os.geteuid() == 0 else 0o444)
        with unprivileged(folder):
            for _ in range(3):
                assert not store.put(make_phrase("New"))
                assert store.get(phrase.key) == phrase
                clock.now += 61
            assert store.get(wrong.key) is None
        warnings = [r for r in caplog.records if "cannot be written" in r.message]
        assert len(warnings) == 1
        assert (store.statistics().failures, store.statistics().wrong) == (3, 1)
    finally:
        shutil.rmtree(folder)


def test_a_full_disk_keeps_what_it_has(
    store: PhraseStore, make_phrase: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A write that fails half-way leaves the old phrase; after a minute the next one is tried."""
    resource = pytest.importorskip("resource", reason="POSIX")
    old, new = make_phrase(created=1), make_phrase(created=2, samples=100_000)
    store.put(old)
    caplog.set_level(logging.WARNING)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        assert not store.put(make_phrase(samples=100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [record.__dict__["error"] for record in caplog.records] == ["File too large"]
    assert store.get(old.key) == old
    assert not list(store.folder.glob(".tmp*"))
    assert not store.put(new)
    clock.now += 60
    assert store.put(new)
    assert store.get(new.key) == new
    store.evict()
    assert store.statistics().bytes == held(store)


def test_a_writer_waits_for_another_but_not_for_ever(
    store: PhraseStore, make_phrase: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who cannot have the lock in time gives the phrase up; readers never ask for it."""
    phrase = make_phrase()
    store.put(phrase)
    monkeypatch.setattr(store, "_store_lock", StoreLock(store.folder, lock_timeout=0.01))
    with StoreLock(store.folder).locked():
        assert not store.put(make_phrase("Other"))
        assert store.get(phrase.key) == phrase
    assert store.put(make_phrase("Other"))


def test_the_catalogue_lists_and_purges(store: PhraseStore, make_phrase: Any) -> None:
    """By voice, by text, by anything that an entry tells."""
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
        file_of(store, cut): Defect.CUT,
        elsewhere: Defect.FOREIGN,
    }
    assert dict(verify(store)) == {file_of(store, good): None}


def test_removing_one_phrase(store: PhraseStore, make_phrase: Any) -> None:
    """It is gone with its sidecar, and gone only once."""
    store.put(make_phrase())
    assert store.remove(make_phrase().key)
    assert not store.remove(make_phrase().key)
    assert held(store) == store.statistics().bytes == 0
