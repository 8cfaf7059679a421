"""In how many different calls a phrase was heard."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases.usage_counts import UsageCounts

DIGEST = "ab" * 32
SAME_FILE = "ab" + "cd" * 31
DAY = 86400.0


@pytest.fixture
def usage_counts(tmp_path: Path) -> UsageCounts:
    """Empty, with a memory of thirty days."""
    return UsageCounts(tmp_path / "seen", ttl=30 * DAY)


def test_only_different_calls_count(usage_counts: UsageCounts, tmp_path: Path) -> None:
    """A phrase said ten times in one call was heard once; other processes count on."""
    counts = [usage_counts.record(DIGEST, call, now=0) for call in ("a", "a", "b", "a", "c", "b")]
    assert counts == [1, 1, 2, 2, 3, 3]
    assert UsageCounts(tmp_path / "seen", ttl=DAY).record(DIGEST, "d", now=0) == 4


def test_phrases_in_one_file_are_counted_apart(usage_counts: UsageCounts) -> None:
    """The first two digits say where, the rest says which."""
    usage_counts.record(DIGEST, "a", now=0)
    assert usage_counts.record(SAME_FILE, "b", now=0) == 1


def test_a_sighting_is_forgotten_in_time(usage_counts: UsageCounts, tmp_path: Path) -> None:
    """After thirty days it no longer counts, and a sweep removes the file."""
    usage_counts.record(DIGEST, "a", now=0)
    assert usage_counts.record(DIGEST, "b", now=31 * DAY) == 1
    usage_counts.evict(now=60 * DAY)
    assert list((tmp_path / "seen").iterdir())
    usage_counts.evict(now=62 * DAY)
    assert not list((tmp_path / "seen").iterdir())


@pytest.mark.parametrize("linked", ["folder", "file"])
def test_a_sweep_removes_nothing_through_a_link(tmp_path: Path, linked: str) -> None:
    """A user who may write in the store's folder could point it at any file."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for path in (theirs / "ab", theirs / "cd"):
        path.write_bytes(b"theirs")
        os.utime(path, (0, 0))
    seen = tmp_path / "seen"
    if linked == "folder":
        seen.symlink_to(theirs)
    else:
        seen.mkdir()
        (seen / "ab").symlink_to(theirs / "ab")
        os.utime(seen / "ab", (0, 0), follow_symlinks=False)
    before = sorted(seen.iterdir())
    UsageCounts(seen, ttl=DAY).evict(now=90 * DAY)
    assert sorted(seen.iterdir()) == before
    assert len(list(theirs.iterdir())) == 2


def test_a_cut_record_does_not_spoil_the_others(usage_counts: UsageCounts, tmp_path: Path) -> None:
    """A full disk or a power cut may leave part of one at the end."""
    usage_counts.record(DIGEST, "a", now=0)
    with (tmp_path / "seen" / "ab").open("ab") as file:
        file.write(b"part")
    assert [usage_counts.record(DIGEST, call, now=0) for call in "bcb"] == [2, 3, 3]
    assert (tmp_path / "seen" / "ab").stat().st_size == 3 * 32


def test_a_file_is_bounded(
    usage_counts: UsageCounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older half goes when it is full."""
    monkeypatch.setattr("livekit.plugins.sarvam_pooled.phrases.usage_counts._MAX_RECORDS", 10)
    for number in range(100):
        usage_counts.record(f"ab{number:030x}{0:032x}", "call", now=0)
        assert (tmp_path / "seen" / "ab").stat().st_size <= 10 * 32
    assert usage_counts.record(f"ab{99:030x}{0:032x}", "other", now=0) == 2
    assert usage_counts.record(f"ab{0:030x}{0:032x}", "other", now=0) == 1


def test_no_text_and_no_name_is_written(usage_counts: UsageCounts, tmp_path: Path) -> None:
    """A call's id may be a telephone number."""
    usage_counts.record(DIGEST, "+919812345678", now=0)
    assert b"98123" not in (tmp_path / "seen" / "ab").read_bytes()


def test_a_disk_that_cannot_be_written_counts_this_call(tmp_path: Path) -> None:
    """And raises nothing."""
    (tmp_path / "seen").write_text("a file where the folder should be")
    usage_counts: Any = UsageCounts(tmp_path / "seen", ttl=DAY)
    assert [usage_counts.record(DIGEST, call, now=0) for call in "ab"] == [1, 1]
