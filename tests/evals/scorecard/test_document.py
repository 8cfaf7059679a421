"""A run as JSON."""

from __future__ import annotations

import json
from datetime import datetime

from evals.judges.finding import Finding
from evals.results import Result, Run
from evals.scorecard.document import document
from evals.transcript import RowChange
from tests.evals.judges.calls import call, ran, turn


def test_a_document_has_everything() -> None:
    """Times as texts, letters of all scripts as they are."""
    row = {"start": datetime.fromisoformat("2026-12-02T10:00:00")}
    one = turn(1, "नमस्ते", tools=(ran("book"),), changes=(RowChange("t", None, row),))
    result = Result(call(one), (Finding("end", "hung up"),))
    text = document(Run(assistant="desk", results=(result,), seconds=1.0, model="rules"))
    read = json.loads(text)
    assert "नमस्ते" in text
    assert (read["passed"], read["assistant"]) == (0, "desk")
    (found,) = read["callers"]
    assert found["findings"] == [{"rule": "end", "message": "hung up", "turn": None}]
    assert found["turns"][1]["tools"][0]["name"] == "book"
    assert found["turns"][1]["changes"][0]["new"] == {"start": "2026-12-02 10:00:00"}
