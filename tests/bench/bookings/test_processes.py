"""The proof in small: the desk under kill -9. `python -m bench bookings` is the large one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bench.bookings import caller, judging, processes
from bench.bookings.requests import RIVALS, requests

SLOTS = 24


def ignore(done: float = 1, *, doing: str | None = None) -> None:
    """No bar of progress."""


def test_no_slot_is_given_twice_and_none_is_lost_under_kill_9(tmp_path: Path) -> None:
    """Three processes want the same slots of a new file, and die four times meanwhile."""
    url = f"sqlite:///{tmp_path / 'clinic.sqlite3'}"
    heard = processes.run(url, tmp_path, slots=SLOTS, processes=3, kills=4, step=ignore)
    assert len(heard) == RIVALS * SLOTS
    assert judging.wrong(requests(SLOTS), heard, judging.rows(url)) == []


def test_a_run_with_a_wrong_database_says_so(tmp_path: Path) -> None:
    """Instead of judging nothing as right."""
    with pytest.raises(ValueError, match="a process that books ended with 1"):
        processes.run("nosuch://", tmp_path, slots=10, processes=1, kills=0, step=ignore)


async def test_a_process_that_starts_again_repeats_what_it_has_not_logged(tmp_path: Path) -> None:
    """Booked just before the kill: the same booking is confirmed then, and no other is made."""
    url, log = f"sqlite:///{tmp_path / 'clinic.sqlite3'}", tmp_path / "0.log"
    asked = requests(1)[:1]
    await caller.book(url, log, asked)
    (answer,) = caller.answers(log)
    log.write_text(json.dumps({"cut": "off"})[:5])
    await caller.book(url, log, asked)
    assert [again.reference for again in caller.answers(log)] == [answer.reference]
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM clinic_appointments")).scalar() == 1
    engine.dispose()
