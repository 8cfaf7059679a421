"""The level on disk: whole phrases or none, within its budget, on any disk."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases import eviction as eviction
from livekit.plugins.sarvam_pooled.phrases.phrase import Defect, Phrase
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore
from livekit.plugins.sarvam_pooled.phrases.store_lock import StoreLock
from livekit.plugins.sarvam_pooled.phrases.wav import MAX_BYTES, encode

from .on_disk import file_of, held

NOBODY = 65534


def spoil(store: PhraseStore, phrase: Phrase, content: bytes) -> None:
    """Write over the file of a phrase, with the time of its last use as it was."""
    path = file_of(store, phrase)
    used = path.stat().st_mtime
    path.write_bytes(content)
    os.utime(path, (used, used))


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
    "cut": (lambda whole, other: whole[: len(whole) // 2], Defect.TRUNCATED),
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


def test_removing_one_phrase(store: PhraseStore, make_phrase: Any) -> None:
    """It is gone with its sidecar, and gone only once."""
    store.put(make_phrase())
    assert store.remove(make_phrase().key)
    assert not store.remove(make_phrase().key)
    assert held(store) == store.statistics().bytes == 0
