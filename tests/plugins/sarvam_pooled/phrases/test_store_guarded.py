"""The level on disk where others are at work: what they leave there, and what they may see."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases.eviction import sidecar_path
from livekit.plugins.sarvam_pooled.phrases.listing import entries, purge, verify
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore
from livekit.plugins.sarvam_pooled.phrases.wav import encode

from .forged import FORGERIES
from .on_disk import file_of

KEY = "a secret of more than thirty-two letters"
PRECIOUS = b"somebody else's"


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A file that is not the store's."""
    path = tmp_path / "precious"
    path.write_bytes(PRECIOUS)
    return path


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """As a process whose new files lack these rights."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def test_nobody_else_reads_what_is_said(store: PhraseStore, make_phrase: Any) -> None:
    """Only their owner can use folders and files, from the start, whatever the process's mask."""
    with umask(0):
        store.put(make_phrase("One"))
        store.record_use(make_phrase("One").key, "call")
        sidecar_path(file_of(store, make_phrase("One"))).unlink()
        store.evict()
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in store.folder.rglob("*")}
    assert {path.suffix or path.name for path in modes} >= {".wav", ".json", ".ledger", ".seen"}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items()), modes


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o1777])
def test_a_folder_that_others_may_write_in_is_warned_of_once(
    store: PhraseStore, make_phrase: Any, caplog: pytest.LogCaptureFixture, mode: int
) -> None:
    """With what to do; it keeps its mode, which somebody chose."""
    store.folder.mkdir()
    store.folder.chmod(mode)
    for text in ("One", "Two"):
        assert store.put(make_phrase(text))
    [warning] = caplog.records
    assert "chmod go-w" in warning.message
    assert warning.__dict__["folder"] == str(store.folder)
    assert stat.S_IMODE(store.folder.stat().st_mode) == mode


def test_a_folder_of_its_own_is_not_warned_of(
    store: PhraseStore, make_phrase: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither one that it made nor one that others may only read."""
    store.put(make_phrase())
    store.folder.chmod(0o755)
    PhraseStore(store.folder).put(make_phrase())
    assert not caplog.records


def test_a_ledger_that_is_a_link_writes_nowhere(
    store: PhraseStore, make_phrase: Any, precious: Path
) -> None:
    """The file it points to stays unchanged, and is not read as a size."""
    store.folder.mkdir()
    (store.folder / ".ledger").symlink_to(precious)
    assert not store.put(make_phrase())
    assert precious.read_bytes() == PRECIOUS
    precious.write_bytes(b"%020d %020d\n" % (4711, 0))
    assert store.statistics().bytes == 0


def test_a_phrase_that_is_a_link_is_not_followed(
    store: PhraseStore, make_phrase: Any, tmp_path: Path
) -> None:
    """A whole phrase elsewhere does not belong to the store; a new one replaces only the link."""
    phrase = make_phrase()
    store.put(phrase)
    path, elsewhere = file_of(store, phrase), tmp_path / "elsewhere.wav"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    content = elsewhere.read_bytes()
    assert store.get(phrase.key) is None
    assert not store.contains(phrase.key)
    assert list(entries(store)) == list(verify(store)) == []
    assert store.put(phrase)
    assert not path.is_symlink()
    assert store.get(phrase.key) == phrase
    assert elsewhere.read_bytes() == content


@pytest.mark.parametrize("is_there", [True, False])
def test_a_sidecar_that_is_a_link_writes_nowhere(
    store: PhraseStore, make_phrase: Any, precious: Path, is_there: bool
) -> None:
    """Neither when a phrase is written nor when a sweep adds a sidecar."""
    phrase = make_phrase()
    store.put(phrase)
    sidecar = sidecar_path(file_of(store, phrase))
    if not is_there:
        precious.unlink()
    for write in (store.evict, lambda: store.put(phrase)):
        sidecar.unlink()
        sidecar.symlink_to(precious)
        write()
        assert precious.exists() == is_there
        assert not is_there or precious.read_bytes() == PRECIOUS


@pytest.mark.parametrize("level", ["language", "speaker"])
def test_a_folder_that_is_a_link_is_neither_filled_nor_emptied(
    store: PhraseStore, make_phrase: Any, tmp_path: Path, level: str
) -> None:
    """Neither a sweep that makes room nor a reader that finds a wrong file deletes anything behind
    it."""
    phrase = make_phrase()
    other = PhraseStore(tmp_path / "other", clock=lambda: 0.0)
    other.put(phrase)
    inside = file_of(store, phrase).parent
    link = inside if level == "speaker" else inside.parent
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(other.folder / link.relative_to(store.folder))
    store.evict()
    assert file_of(other, phrase).exists()
    file_of(other, phrase).write_bytes(b"RIFF")
    os.utime(file_of(other, phrase), (phrase.created, phrase.created))
    assert store.get(phrase.key) is None
    assert not store.remove(phrase.key)
    before = set(other.folder.rglob("*"))
    assert file_of(other, phrase) in before
    assert not store.put(make_phrase("Another"))
    assert set(other.folder.rglob("*")) == before


def test_the_store_itself_may_be_behind_a_link(
    make_phrase: Any, tmp_path: Path, clock: Any
) -> None:
    """The operator names it, and may have moved it to a larger disk."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "phrases").symlink_to(tmp_path / "disk")
    store, phrase = PhraseStore(tmp_path / "phrases", clock=clock), make_phrase()
    assert store.put(phrase)
    assert store.get(phrase.key) == phrase
    assert store.record_use(phrase.key, "a") == 1
    assert store.record_use(phrase.key, "b") == 2
    assert store.remove(phrase.key)
    assert not store.contains(phrase.key)


def test_sightings_that_are_a_link_write_nowhere(
    store: PhraseStore, make_phrase: Any, precious: Path, tmp_path: Path
) -> None:
    """Neither through a file nor through their folder; the phrase is then kept later."""
    key = make_phrase().key
    store.record_use(key, "a")
    file = store.folder / ".seen" / key.digest[:2]
    file.unlink()
    file.symlink_to(precious)
    assert store.record_use(key, "b") == 1
    assert precious.read_bytes() == PRECIOUS
    (store.folder / ".seen").rename(tmp_path / "seen")
    (store.folder / ".seen").symlink_to(tmp_path / "seen")
    other = make_phrase("Another").key
    assert store.record_use(other, "a") == 1
    assert not (tmp_path / "seen" / other.digest[:2]).exists()


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_crafted_phrase_is_a_miss_and_is_removed(
    store: PhraseStore, make_phrase: Any, forgery: str, caplog: pytest.LogCaptureFixture
) -> None:
    """By every reader of the store: calls, lists and checks."""
    phrase, good = make_phrase(), make_phrase("Good")
    for each in (phrase, good):
        store.put(each)
    file = FORGERIES[forgery](phrase)
    path = file_of(store, phrase)
    for read in (
        lambda: [entry.key for entry in entries(store)] == [good.key],
        lambda: store.get(phrase.key) is None,
        lambda: dict(verify(store))[path] is not None,
    ):
        path.write_bytes(file)
        os.utime(path, (phrase.created, phrase.created))
        sidecar_path(path).unlink(missing_ok=True)
        store.evict()
        assert read()
    assert not path.exists()
    assert store.statistics().wrong == 2
    assert "check" not in caplog.text


def test_with_a_key_only_its_own_phrases_are_found(
    store: PhraseStore, make_phrase: Any, clock: Any
) -> None:
    """A user who can write in the folder but has no key chooses nothing that callers hear; the two
    neither find nor replace each other's."""
    phrase = make_phrase()
    signed = PhraseStore(store.folder, signing_key=KEY, clock=clock)
    other = PhraseStore(store.folder, signing_key=KEY[::-1], clock=clock)
    assert store.put(phrase)
    for stranger in (signed, other):
        assert not stranger.contains(phrase.key)
        assert stranger.get(phrase.key) is None
    assert signed.put(phrase)
    assert signed.get(phrase.key) == store.get(phrase.key) == phrase
    assert other.get(phrase.key) is None
    # An unsigned file under a name that was seen on the disk.
    [theirs] = [path for path, defect in verify(signed) if defect is None]
    theirs.write_bytes(encode(phrase))
    os.utime(theirs, (phrase.created, phrase.created))
    assert signed.get(phrase.key) is None
    assert not theirs.exists()


def test_a_purge_removes_whoever_signed(store: PhraseStore, make_phrase: Any, clock: Any) -> None:
    """A list shows them, so what it shows can be removed."""
    PhraseStore(store.folder, signing_key=KEY, clock=clock).put(make_phrase())
    assert purge(store, lambda _: True) == 1
    assert not list(entries(store))


@pytest.mark.parametrize("encoding", ["C", "POSIX"])
def test_any_script_is_kept_under_any_encoding(
    store: PhraseStore, make_phrase: Any, encoding: str
) -> None:
    """A system that has no bytes for Hindi finds the same file as one that has, and writes it."""
    phrase = make_phrase("नमस्ते जी", target_language_code="hi-IN")
    script = """
import sys
from pathlib import Path
from dataclasses import replace
from livekit.plugins.sarvam_pooled.phrases.listing import entries
from livekit.plugins.sarvam_pooled.phrases.files import shown
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore
store = PhraseStore(Path(sys.argv[1]) / "\\u0915", clock=lambda: 1_800_000_000.0)
other = PhraseStore(Path(sys.argv[1]), clock=lambda: 1_800_000_000.0)
[entry] = entries(other)
phrase = other.get(entry.key)
assert phrase and other.contains(entry.key) and store.put(phrase) and store.get(entry.key) == phrase
assert sys.getfilesystemencoding() == "ascii", sys.getfilesystemencoding()
assert "\\u0928" in shown(entry.path)
"""
    assert store.put(phrase)
    environ = dict(os.environ) | {"LC_ALL": encoding, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    argv = (sys.executable, "-c", script, str(store.folder))
    ran = subprocess.run(argv, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert PhraseStore(store.folder / "क", clock=lambda: phrase.created).get(phrase.key) == phrase
