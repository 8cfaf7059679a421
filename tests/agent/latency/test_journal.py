"""Calls on disk."""

from __future__ import annotations

import errno
import json
import logging
import multiprocessing
import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.latency import journal
from agent.latency.journal import Journal, prune, read
from agent.latency.turn_report import TurnReport

MakeReport = Callable[..., TurnReport]
NOW = 1_790_000_000.0  # 2026-09-21 14:13:20 UTC
DAY = 86_400.0


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Files of this process may not grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def put(directory: Path, room: str, *, size: int, age: float) -> Path:
    """The file of an earlier call."""
    path = directory / f"20260901T080000Z-{room}-4711.jsonl"
    path.write_bytes(b"x" * size)
    os.utime(path, (NOW - age, NOW - age))
    return path


def test_a_call_has_a_file_that_reads_back(tmp_path: Path, make_report: MakeReport) -> None:
    """Reports and the summary, in order, readable by nobody else; the name has time and room."""
    log = Journal(tmp_path / "calls", "sip/+91 98", now=NOW)
    reports = [make_report(number=n, heard="नमस्ते") for n in (1, 2)]
    for report in reports:
        log.write(report.to_json())
    log.write('{"v":1,"kind":"summary"}')
    log.close()
    assert log.path.name == f"20260921T141320Z-sip-91-98-{os.getpid()}.jsonl"
    assert list(read(log.path)) == reports
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.path.parent.stat().st_mode) == 0o700


def test_processes_write_at_the_same_time(tmp_path: Path) -> None:
    """Each has a file of its own, even for rooms of one name in one second."""

    def work(number: int) -> None:
        log = Journal(tmp_path, "room", now=NOW)
        for n in range(50):
            log.write(json.dumps({"process": number, "n": n, "pad": "x" * 2000}))

    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=work, args=(number,)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    files = list(tmp_path.glob("*.jsonl"))
    assert len(files) == 3
    for path in files:
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        assert [line["n"] for line in lines] == list(range(50))
        assert len({line["process"] for line in lines}) == 1


def test_a_full_disk_costs_lines_and_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A line that was cut off is taken back, and the next one that fits is written."""
    log = Journal(tmp_path, "room", now=NOW)
    log.write('"first"')
    with disk_of(40), caplog.at_level(logging.WARNING):
        for _ in range(3):
            log.write(json.dumps("x" * 100))
        log.write('"small"')
    log.write('"last"')
    assert log.path.read_text().splitlines() == ['"first"', '"small"', '"last"']
    assert log.dropped == 3
    assert [r.message for r in caplog.records] == [
        "the journal cannot be written; the call goes on without it"
    ]


def test_a_directory_without_rights_costs_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call goes on, and the journal too once it may."""
    opened = os.open

    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(journal.os, "open", refuse)
        log = Journal(tmp_path, "room", now=NOW)
        log.write("{}")
        log.write("{}")
    assert os.open is opened
    log.write("{}")
    assert (log.dropped, log.path.read_text()) == (2, "{}\n")
    assert len(caplog.records) == 1


def test_a_file_in_the_way_of_the_directory_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, when the call begins, and not again for each line."""
    (tmp_path / "calls").write_text("")
    with caplog.at_level(logging.WARNING):
        log = Journal(tmp_path / "calls", "room", now=NOW)
        log.write("{}")
    assert log.dropped == 1
    assert len(caplog.records) == 1


def test_a_large_file_is_followed_by_another(tmp_path: Path) -> None:
    """Lines stay whole and in order; one that is too large for any file has its own."""
    log = Journal(tmp_path, "room", now=NOW, file_bytes=40)
    for n in range(5):
        log.write(json.dumps({"number": n}))
    log.write(json.dumps("x" * 50))
    names = sorted(path.name.split(".", 1)[1] for path in tmp_path.iterdir())
    assert names == ["2.jsonl", "3.jsonl", "4.jsonl", "jsonl"]
    assert log.path.read_text() == json.dumps("x" * 50) + "\n"


def test_old_files_are_deleted_when_a_call_begins(tmp_path: Path) -> None:
    """Those that are too old, and no others."""
    put(tmp_path, "old", size=10, age=15 * DAY)
    kept = put(tmp_path, "kept", size=10, age=13 * DAY)
    Journal(tmp_path, "room", now=NOW)
    assert set(tmp_path.iterdir()) == {kept}


@pytest.mark.parametrize(
    "name",
    ["customers.jsonl", "20260901-events.jsonl", "20260901T080000Z-room-4711.jsonl.bak"],
)
def test_files_of_other_programs_are_left_alone(tmp_path: Path, name: str) -> None:
    """However old, however large, and whatever directory the operator named; they do not count
    for the journal's own limits either."""
    own = put(tmp_path, "own", size=100, age=DAY)
    other = tmp_path / name
    other.write_bytes(b"x" * 1000)
    os.utime(other, (NOW - 99 * DAY, NOW - 99 * DAY))
    prune(tmp_path, now=NOW, total_bytes=500, days=14)
    assert set(tmp_path.iterdir()) == {own, other}


def test_a_link_is_neither_deleted_nor_followed(tmp_path: Path) -> None:
    """One of a journal's name may point anywhere; its age and size are not the journal's."""
    other, own = tmp_path / "other", tmp_path / "own"
    other.mkdir()
    own.mkdir()
    target = put(other, "target", size=1000, age=99 * DAY)
    link = own / target.name
    link.symlink_to(target)
    prune(own, now=NOW, total_bytes=0, days=14)
    assert link.is_symlink()
    assert target.stat().st_size == 1000


@pytest.mark.parametrize("make", ["link", "dangling link", "pipe", "file"])
def test_what_a_call_did_not_make_is_not_written_to(tmp_path: Path, make: str) -> None:
    """Somebody who knows the name before may not choose where callers' words go."""
    log = Journal(tmp_path, "room", now=NOW)
    taken, elsewhere = log.path, tmp_path / "elsewhere"
    if make == "pipe":
        os.mkfifo(taken)
    elif make == "file":
        taken.write_text("theirs")
        taken.chmod(0o666)
    else:
        taken.symlink_to(elsewhere)
        if make == "link":
            elsewhere.write_text("precious")
    log.write("{}")
    assert log.path != taken
    assert (log.path.read_text(), log.dropped) == ("{}\n", 0)
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    if make == "file":
        assert taken.read_text() == "theirs"
    else:
        assert elsewhere.exists() == (make == "link")
        assert make != "link" or elsewhere.read_text() == "precious"


def test_a_file_that_became_a_link_is_not_written_to(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Also not between two lines of a call that closed its file; the lines are dropped."""
    log = Journal(tmp_path, "room", now=NOW)
    log.write("{}")
    log.close()
    log.write("{}")
    assert log.path.read_text() == "{}\n{}\n"
    log.close()
    log.path.rename(tmp_path / "elsewhere")
    log.path.symlink_to(tmp_path / "elsewhere")
    log.write('"private"')
    assert log.dropped == 1
    assert (tmp_path / "elsewhere").read_text() == "{}\n{}\n"


def test_names_that_are_all_taken_cost_lines(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The search ends."""
    log = Journal(tmp_path, "room", now=NOW)
    for part in range(1, 200):
        name = log.path.name if part == 1 else log.path.name.replace(".jsonl", f".{part}.jsonl")
        (tmp_path / name).symlink_to("nowhere")
    log.write("{}")
    assert log.dropped == 1
    assert "cannot be written" in caplog.text


def test_the_oldest_files_are_deleted_until_all_fit(tmp_path: Path) -> None:
    """But never one that a call may still be writing to."""
    files = [put(tmp_path, f"day-{n}", size=100, age=n * DAY) for n in (3, 2, 1)]
    live = put(tmp_path, "live", size=500, age=60)
    prune(tmp_path, now=NOW, total_bytes=700, days=14)
    assert set(tmp_path.iterdir()) == {files[1], files[2], live}
    prune(tmp_path, now=NOW, total_bytes=0, days=14)
    assert set(tmp_path.iterdir()) == {live}


def test_a_file_that_cannot_be_deleted_keeps_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged as what it is, and the journal is written."""
    stuck = put(tmp_path, "stuck", size=10, age=99 * DAY)
    put(tmp_path, "old", size=10, age=98 * DAY)
    unlink = Path.unlink

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if path == stuck:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    log = Journal(tmp_path, "room", now=NOW)
    log.write("{}")
    log.close()
    assert set(tmp_path.iterdir()) == {stuck, log.path}
    assert [record.getMessage() for record in caplog.records] == [
        "a file of the journal cannot be deleted"
    ]


def test_two_processes_may_delete_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another deleted first is no error."""
    put(tmp_path, "old", size=10, age=99 * DAY)
    unlink = Path.unlink

    def twice(path: Path, *, missing_ok: bool = False) -> None:
        unlink(path)
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", twice)
    prune(tmp_path, now=NOW, total_bytes=10**9, days=14)
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_a_crash_cut_off_is_left_out(tmp_path: Path, make_report: MakeReport) -> None:
    """So is one that is no report; all others are read."""
    line = make_report(said="ठीक").to_json()
    path = tmp_path / "call.jsonl"
    path.write_bytes(f"{line}\n".encode() * 2 + b"nonsense\n" + line.encode()[:-30])
    assert list(read(path)) == [TurnReport.from_json(line)] * 2
