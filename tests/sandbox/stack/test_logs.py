"""Reading the parts' logs: their ends, their new lines, their errors."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox.stack import logs
from sandbox.stack.logs import follow, serious, show_errors, tail


def test_the_tail_is_the_last_lines(tmp_path: Path) -> None:
    """The last lines, all of a short log, nothing of none."""
    log = tmp_path / "log"
    assert tail(log) == []
    log.write_text("one\ntwo\nthree")
    assert tail(log, 2) == ["two", "three"]
    assert tail(log) == ["one", "two", "three"]


def test_the_tail_says_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part that failed for want of room could not even write why."""
    log = tmp_path / "log"
    log.write_text("one\n")
    monkeypatch.setattr(logs.shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    assert tail(log) == ["one", "the disk is full: make room and run the same command again"]


@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_lines_are_followed_complete_and_in_order(tmp_path: Path, size: int) -> None:
    """Lines come whole and in order however they were written; an unfinished one waits."""
    log = tmp_path / "log"
    log.write_text("")
    text = "first\n\nनमस्ते third\nunfinished"
    lines = follow(log)
    with log.open("a", encoding="utf-8") as file:
        for start in range(0, len(text), size):
            file.write(text[start : start + size])
            file.flush()
            # A first look at an empty log, so that later writes are news to the reader.
            if start == 0:
                reading = asyncio.ensure_future(anext(lines))
                await asyncio.sleep(0)
        assert [await reading, await anext(lines), await anext(lines)] == [
            "first",
            "",
            "नमस्ते third",
        ]
        waiting = asyncio.ensure_future(anext(lines))
        file.write(" now it is\n")
    assert await waiting == "unfinished now it is"
    await lines.aclose()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (json.dumps({"level": "ERROR", "message": "no key"}), "no key"),
        (
            json.dumps(
                {"level": "error", "message": "failed", "exc_info": "Traceback\n  x\nKeyError: 'a'"}
            ),
            "failed (KeyError: 'a')",
        ),
        (json.dumps({"level": "ERROR", "message": "failed", "error": "E: why"}), "failed (E: why)"),
        (json.dumps({"level": "ERROR", "message": "failed: why", "error": "why"}), "failed: why"),
        (
            json.dumps(
                {
                    "level": "WARNING",
                    "message": "cannot be reached",
                    "provider": "openai",
                    "error": "E: refused",
                    "look_at": "OPENAI_BASE_URL",
                }
            ),
            "openai: cannot be reached (E: refused); see OPENAI_BASE_URL",
        ),
        (json.dumps({"level": "WARNING", "message": "slow", "error": "late"}), None),
        (json.dumps({"level": "WARNING", "message": "slow", "look_at": "stt"}), None),
        (json.dumps({"level": "INFO", "message": "registered worker"}), None),
        (json.dumps({"level": "ERROR"}), None),
        ('{"level": "ERROR", cut off', None),
        ("2026-01-01T00:00:00Z\tERROR\tlivekit\ta.go:1\tno UDP\t{}", "no UDP {}"),
        ("2026-01-01T00:00:00Z\tWARN\tlivekit\ta.go:1\tslow\t{}", None),
        ("ERROR:sandbox:it broke", "it broke"),
        ("INFO:sandbox:fine", None),
        ("ERROR", None),
        ("", None),
    ],
)
def test_errors_are_found_in_each_form_of_log(line: str, message: str | None) -> None:
    """Errors are found in each of the three forms of log, and nothing else is."""
    assert serious(line) == message


async def test_each_error_is_shown_once_under_its_parts_name(tmp_path: Path) -> None:
    """Nothing but errors is shown."""
    log = tmp_path / "part.log"
    log.write_text("INFO:a:fine\nERROR:a:broken\nERROR:a:broken\nERROR:a:other\n")
    shown: asyncio.Queue[str] = asyncio.Queue()
    showing = asyncio.create_task(show_errors({"part": log}, shown.put_nowait))
    assert [await shown.get(), await shown.get()] == ["part: broken", "part: other"]
    showing.cancel()
    await asyncio.wait((showing,))
    assert shown.empty()
