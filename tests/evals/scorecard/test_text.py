"""A call as text."""

from __future__ import annotations

from evals.judges.finding import Finding
from evals.results import Result
from evals.scorecard.text import transcript
from evals.transcript import RowChange
from tests.evals.judges.calls import call, ran, turn


def test_a_transcript_shows_words_tools_rows_and_findings() -> None:
    """Each finding below its turn; those of the whole call at the end."""
    one = turn(
        1,
        "hello",
        "Done.",
        tools=(ran("book", "booked"), ran("find", "no", failed=True)),
        changes=(
            RowChange("t", None, {"id": 1}),
            RowChange("t", {"id": 2, "a": 1}, {"id": 2, "a": 3}),
            RowChange("t", {"id": 4}, None),
        ),
    )
    findings = (Finding("sources", "invented", 1), Finding("end", "hung up"))
    lines = [line.strip() for line in transcript(Result(call(one), findings)).splitlines()]
    assert lines == [
        "one (en-IN, calm): An appointment",
        "agent:  Hello!",
        "1 caller: hello",
        "tool:   book({}) -> booked",
        "tool:   find({}) failed -> no",
        "row:    t + id=1",
        "row:    t ~ a=3",
        "row:    t - id=4",
        "agent:  Done.",
        "✗ sources: invented",
        "ends: done",
        "✗ end: hung up",
    ]
