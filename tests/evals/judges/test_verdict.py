"""All rules over one call."""

from __future__ import annotations

from evals.judges.finding import RULES
from evals.judges.verdict import judge
from evals.speech.asks import Asks
from tests.evals.fake_desk import fake_file

from .calls import call, caller, ran, turn

BAD = turn(
    1,
    "hello there",
    "**Which day, and what time? 7:45 is free, it is booked.**",
    tools=(ran("x"), ran("x")),
)


def test_each_rule_is_asked() -> None:
    """A call that is wrong in every way has a finding of each."""
    wants = caller(expect={"calls": ["book"], "says": [["112"]], "outcome": {"a": 1}})
    tamil = turn(2, "ok then", "எந்த நாள் வர விரும்புகிறீர்கள்?")
    made = call(
        BAD, tamil, turn(3, error="down"), caller=wants, ended="not understood", after={"t": ({},)}
    )
    found = judge(made, fake_file(), Asks(), {})
    assert {finding.rule for finding in found} == set(RULES)


def test_a_good_call_has_none() -> None:
    """Nothing was asked for and nothing was done."""
    assert judge(call(turn(1)), fake_file(), Asks(), {}) == ()
