"""A caller in a real room, by sound, who books, moves and cancels: checked in the book."""

from __future__ import annotations

import io
import sqlite3
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from assistants.clinic.desk import INDIA, load_clinic, schedule
from sandbox.caller.demo import GOOD, run_demo
from sandbox.stack.stack import stack
from tests.support.stack_options import stack_options

pytestmark = pytest.mark.real_time

# The stand-in for the STT has the lines as its script: in Hindi it recognises nothing.
SCRIPT = """
title = "क्लिनिक को फ़ोन"
language = "hi-IN"
answer_within = 15
[[lines]]
text = "मुझे {first} को सुबह ग्यारह बजे डॉक्टर राव से मिलना है, मेरा नाम आशा पाटिल है"
[[lines]]
text = "नौ आठ सात छह पाँच चार तीन दो एक शून्य"
[[lines]]
text = "हाँ जी"
[[lines]]
text = "मेरा अपॉइंटमेंट बदलकर {second} को सुबह बारह बजे कर दीजिए"
[[lines]]
text = "हाँ"
[[lines]]
text = "अपॉइंटमेंट कैंसिल कर दीजिए"
[[lines]]
text = "हाँ"
"""
HINDI = ("सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार")


def days_ahead() -> list[date]:
    """The next days, from the day after tomorrow, on which Dr. Rao is in at eleven and twelve."""
    clinic, now = load_clinic(), datetime.now(INDIA)
    doctor = clinic.doctor("rao")
    assert doctor
    ahead = [now.date() + timedelta(days=number) for number in range(2, 7)]
    wanted = {time(11), time(12)}
    return [
        day
        for day in ahead
        if wanted <= {start.time() for start in schedule.slots(clinic, doctor, day)}
    ]


# A cold start, and half a minute of speech.
@pytest.mark.timeout(300)
async def test_a_caller_books_moves_and_cancels(tmp_path: Path) -> None:
    """In one call of seven turns; every answer is the model's, and audible."""
    first, second, *_ = days_ahead()
    script = tmp_path / "appointments.toml"
    lines = SCRIPT.format(first=HINDI[first.weekday()], second=HINDI[second.weekday()])
    script.write_text(lines, encoding="utf-8")
    out = Console(file=io.StringIO(), width=120, color_system=None)
    options = stack_options(tmp_path, AGENT_LANGUAGE="hi-IN")
    async with stack(options) as running:
        code = await run_demo(running, script=script, record=tmp_path / "call.wav", console=out)
    report = out.file.getvalue()  # type: ignore[attr-defined]
    with sqlite3.connect(tmp_path / "data" / "clinic.sqlite3") as book:
        appointments = book.execute(
            "SELECT doctor, start, name, phone, active FROM clinic_appointments"
        ).fetchall()
        [(requests,)] = book.execute("SELECT count(*) FROM clinic_requests")
    book.close()
    at = f"{second} 12:00:00.000000"
    assert appointments == [("rao", at, "Asha Patil", "+919876543210", None)], report
    assert requests == 2, "one booking and one move"
    assert code == GOOD, report
