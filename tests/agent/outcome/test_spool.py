"""The spool: events on disk, each posted by one process at a time, and lost with none."""

from __future__ import annotations

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from agent.outcome import spool as under_test
from agent.outcome.spool import Spool

NOW = 1_790_000_000.0


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "data" / "outbox")


def test_an_event_is_kept_readable_by_its_owner_alone(spool: Spool) -> None:
    """And reads back, due at once."""
    spool.put("evt_1", b"{}", now=NOW)
    (event,) = spool.waiting()
    assert (event.id, event.created, event.due) == ("evt_1", NOW, NOW)
    assert event.path.name == "1790000000000-evt_1.json"
    assert stat.S_IMODE(event.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700
    with spool.lock(event) as body:
        assert body == b"{}"
    spool.remove(event)
    assert spool.waiting() == []


def test_events_come_in_the_order_in_which_they_are_due(spool: Spool) -> None:
    """One that waits is behind."""
    for number in (1, 2, 3):
        spool.put(f"evt_{number}", b"{}", now=NOW + number)
    first, *_ = spool.waiting()
    spool.postpone(first, until=NOW + 60)
    assert [event.id for event in spool.waiting()] == ["evt_2", "evt_3", "evt_1"]


def test_an_event_has_one_sender_at_a_time(spool: Spool) -> None:
    """Also one that was taken or postponed since it was listed; a lock ends with its process."""
    spool.put("evt_1", b"{}", now=NOW)
    (listed,) = spool.waiting()

    def claimed_by_another() -> bool:
        context = multiprocessing.get_context("fork")
        other = context.Process(target=_exit_with_claim, args=(spool.folder,))
        other.start()
        other.join()
        return other.exitcode == 1

    with spool.lock(listed) as body:
        assert body is not None
        assert not claimed_by_another()
    assert claimed_by_another()
    spool.postpone(listed, until=NOW + 5)
    with spool.lock(listed) as body:
        assert body is None
    (again,) = spool.waiting()
    spool.remove(again)
    with spool.lock(again) as body:
        assert body is None


def _exit_with_claim(folder: Path) -> None:
    spool = Spool(folder)
    (event,) = spool.waiting()
    claim = spool.lock(event)
    # It ends without unlocking.
    os._exit(claim.__enter__() is not None)


def test_what_is_not_the_spools_is_left_alone(spool: Spool, tmp_path: Path) -> None:
    """Links, pipes, other names, files that are too large, and one that a crash left unfinished."""
    spool.put("evt_1", b"{}", now=NOW)
    (tmp_path / "secret").write_text("secret")
    (spool.folder / "1790000000000-evt_link.json").symlink_to(tmp_path / "secret")
    os.mkfifo(spool.folder / "1790000000000-evt_pipe.json")
    (spool.folder / "1790000000000-evt_large.json").write_bytes(b"x" * 65_000)
    (spool.folder / ".evt_2.tmp").write_text("{")
    (spool.folder / "notes.json").write_text("{}")
    bodies = {}
    for event in spool.waiting():
        with spool.lock(event) as body:
            bodies[event.id] = body
    assert bodies == {"evt_1": b"{}", "evt_link": None, "evt_pipe": None, "evt_large": None}


def test_a_folder_that_is_missing_is_empty(spool: Spool) -> None:
    """No call has ended yet."""
    assert spool.waiting() == []


def test_a_full_spool_gives_up_its_oldest(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Which is an error in the log."""
    monkeypatch.setattr(under_test, "MAX_FILES", 2)
    for number in (1, 2, 3):
        spool.put(f"evt_{number}", b"{}", now=NOW + number)
    assert [event.id for event in spool.waiting()] == ["evt_2", "evt_3"]
    assert "the spool of outcomes is full" in caplog.text


def test_a_disk_that_refuses_leaves_no_half_file(spool: Spool) -> None:
    """The caller of `put` reports it."""
    spool.folder.mkdir(parents=True)
    spool.put("evt_1", b"{}", now=NOW)
    (spool.folder / ".evt_2.tmp").mkdir()
    with pytest.raises(OSError, match="File exists"):
        spool.put("evt_2", b"{}", now=NOW)
    assert [event.id for event in spool.waiting()] == ["evt_1"]


def test_what_a_killed_process_has_not_finished_is_deleted(spool: Spool) -> None:
    """It has a caller's words; one that is being written now stays."""
    spool.put("evt_1", b"{}", now=NOW)
    left, being_written = (spool.folder / f".evt_{name}.tmp" for name in ("left", "new"))
    for path, written in ((left, NOW - 7200), (being_written, NOW - 1)):
        path.write_bytes(b"{")
        os.utime(path, (written, written))
    spool.put("evt_2", b"{}", now=NOW)
    assert not left.exists()
    assert being_written.exists()
