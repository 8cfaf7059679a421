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
from agent.latency.turn import TurnReport

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


def put(path: Path, *, size: int, age: float) -> Path:
    """A file of an earlier call."""
    path.write_bytes(b"x" * size)
    os.utime(path, (NOW - age, NOW - age))
    return path


def test_a_call_has_a_file_that_reads_back(tmp_path: Path, make_report: MakeReport) -> None:
    """Reports and the summary, in order, readable by nobody else; the name tells time and room."""
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
    put(tmp_path / "old.jsonl", size=10, age=15 * DAY)
    kept = put(tmp_path / "kept.jsonl", size=10, age=13 * DAY)
    other = put(tmp_path / "notes.txt", size=10, age=99 * DAY)
    Journal(tmp_path, "room", now=NOW)
    assert set(tmp_path.iterdir()) == {kept, other}


def test_the_oldest_files_are_deleted_until_all_fit(tmp_path: Path) -> None:
    """But never one that a call may still be writing to."""
    files = [put(tmp_path / f"{n}.jsonl", size=100, age=n * DAY) for n in (3, 2, 1)]
    live = put(tmp_path / "live.jsonl", size=500, age=60)
    prune(tmp_path, now=NOW, total_bytes=700, days=14)
    assert set(tmp_path.iterdir()) == {files[1], files[2], live}
    prune(tmp_path, now=NOW, total_bytes=0, days=14)
    assert set(tmp_path.iterdir()) == {live}


def test_two_processes_may_delete_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another deleted first is no error."""
    put(tmp_path / "old.jsonl", size=10, age=99 * DAY)
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
