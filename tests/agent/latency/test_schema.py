"""The JSON of a report, as it is read: times in microseconds, and wrong values by their place."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from agent.latency.schema import Flags, ReportJson

REPORT: dict[str, Any] = {
    "v": 1, "kind": "turn", "call": "room", "turn": 1, "at": 1.5, "total_ms": 986.25,
    "stages": [
        {"name": "llm", "from": "llm_request", "to": "first_token", "start_ms": 0, "ms": 250.0004}
    ],
}  # fmt: skip


def test_times_are_read_to_the_microsecond() -> None:
    """Whole numbers of them, so that stages sum to the total."""
    read = ReportJson.model_validate(REPORT)
    assert (read.total_ms, read.stages[0].ms) == (986_250, 250_000)


def test_what_may_be_left_out_has_a_default() -> None:
    """A line with nothing special says nothing special."""
    read = ReportJson.model_validate(REPORT)
    assert (read.beside, read.clamped, read.heard, read.said, read.budget) == ((), (), "", "", None)
    assert read.flags == Flags()
    assert read.flags.names == ()


def test_flags_are_named_when_they_are_set() -> None:
    """A number is one that is not 0."""
    assert Flags(hedged=True, retries=2).names == ("hedged", "retries")


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"v": 2}, "v"),
        ({"kind": "chat"}, "kind"),
        ({"total_ms": "soon"}, "total_ms"),
        ({"total_ms": 1e300}, "total_ms"),
        ({"stages": [{"name": "llm"}]}, "stages.0.from"),
        ({"marks": {"someday": 1}}, "marks.someday"),
    ],
)
def test_a_wrong_value_is_named_by_its_place_and_not_shown(
    wrong: dict[str, Any], place: str
) -> None:
    """A value may be a caller's words."""
    with pytest.raises(ValidationError) as caught:
        ReportJson.model_validate(REPORT | wrong)
    assert place in str(caught.value)
    assert "input_value" not in str(caught.value)
