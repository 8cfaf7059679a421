"""Whether what is said has a source."""

from __future__ import annotations

import pytest

from evals.judges.sources import sources

from .calls import call, ran, turn

NAMES = [r"\bDr\. ([A-Z]\w+)"]


@pytest.mark.parametrize(
    "reply",
    [
        "We are open from 9:30 a.m. to 1 p.m.",
        "It is Rs. 500.",
        "Dr. Rao is in.",
        "No, 3 p.m. is not free.",
        "10:15 is free, and it costs Rs. 300.",
        "डॉ. शर्मा नहीं हैं।",
    ],
)
def test_the_prompt_the_caller_and_the_tools_are_sources(reply: str) -> None:
    """The caller asked for three; a tool found 10:15 and a fee of 300."""
    one = turn(1, "At 3 p.m. please", reply, tools=(ran("slots", '{"at": "10:15", "fee": 300}'),))
    assert not list(sources(call(one), NAMES))


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ("7:45 then.", "7:45 has no source"),
        ("It is Rs. 750.", "750 has no source"),
        ("Dr. Sharma is in.", "'Sharma' has no source"),
        ("9:30 a.m. is free.", "9:30 is offered"),
        ("I have 3 p.m. for you.", "3:00 is offered"),
        ("शाम 7 बजे खाली है।", "7:00 has no source"),
    ],
)
def test_what_is_invented_is_found(reply: str, problem: str) -> None:
    """An offer needs a tool: neither the opening hours nor the caller's wish make a time free."""
    found = list(sources(call(turn(1, "At 3 p.m. please", reply)), NAMES))
    assert any(problem in finding.message for finding in found)
    assert all(finding.turn == 1 for finding in found)


def test_a_tool_of_a_later_turn_is_no_source() -> None:
    """What was said before it ran was invented."""
    later = turn(2, "and?", "Yes.", tools=(ran("slots", "7:45"),))
    (found,) = sources(call(turn(1, "when", "7:45 then."), later), ())
    assert found.turn == 1
