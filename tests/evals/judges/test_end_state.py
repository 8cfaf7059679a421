"""What a call left behind."""

from __future__ import annotations

from evals.judges.end_state import ending, outcome, records, spoken, tools

from .calls import call, caller, ran, turn

KEYS = {"t": ("id",)}
ANITA = {"id": 1, "name": "Anita"}
WANTS = caller(expect={"rows": [{"table": "t", "where": {"name": ["Anita", "Anitha"]}}]})


def test_an_expected_row_is_enough() -> None:
    """In one of its spellings."""
    assert not list(records(call(caller=WANTS, after={"t": (ANITA,)}), KEYS))
    assert not list(records(call(caller=WANTS, after={"t": (ANITA | {"name": "anitha"},)}), KEYS))


def test_a_missing_or_doubled_row_is_found() -> None:
    """One is one."""
    (missing,) = records(call(caller=WANTS), KEYS)
    assert "0 rows of t" in missing.message
    (doubled,) = records(call(caller=WANTS, after={"t": (ANITA, ANITA | {"id": 2})}), KEYS)
    assert "2 rows of t" in doubled.message


def test_no_other_row_may_change() -> None:
    """Somebody else's appointment; nothing at all if nothing is expected."""
    ravi = {"id": 2, "name": "Ravi"}
    (found,) = records(call(caller=WANTS, before={"t": (ravi,)}, after={"t": (ANITA,)}), KEYS)
    assert "removed" in found.message
    (found,) = records(call(after={"t": (ANITA,)}), KEYS)
    assert "added" in found.message
    assert not list(records(call(before={"t": (ANITA,)}, after={"t": (ANITA,)}), KEYS))


def test_the_outcome_has_the_expected_fields() -> None:
    """Others do not matter; without an outcome none is there."""
    wants = caller(expect={"outcome": {"wanted": "appointment"}})
    made = {"wanted": "appointment", "changes": []}
    assert not list(outcome(call(caller=wants, outcome=made)))
    (found,) = outcome(call(caller=wants, outcome=made | {"wanted": "information"}))
    assert found.message == "wanted is 'information', not 'appointment'"
    assert list(outcome(call(caller=wants)))


def test_expected_tools_succeeded_and_forbidden_ones_did_not_run() -> None:
    """A failed one does not count as success, and counts as run."""
    wants = caller(expect={"calls": ["book"], "never_calls": ["cancel"]})
    good = call(turn(1, tools=(ran("book"),)), caller=wants)
    assert not list(tools(good))
    bad = call(turn(1, tools=(ran("book", failed=True), ran("cancel", failed=True))), caller=wants)
    assert [finding.message for finding in tools(bad)] == [
        "book did not succeed; tools that ran: book, cancel",
        "cancel ran",
    ]


def test_a_tool_that_must_not_fail_may_run() -> None:
    """For an agent that could know better: it offers what is taken, and the booking fails."""
    wants = caller(expect={"never_fails": ["book"]})
    assert not list(tools(call(turn(1, tools=(ran("book"),)), caller=wants)))
    (found,) = tools(call(turn(1, tools=(ran("book", "taken", failed=True),)), caller=wants))
    assert found.message == "book failed: taken"


def test_what_must_and_must_not_be_said() -> None:
    """One phrase of a group is enough."""
    wants = caller(expect={"says": [["112", "ambulance"]], "never_says": ["is booked"]})
    assert not list(spoken(call(turn(1, "help", "Call 112."), caller=wants)))
    found = list(spoken(call(turn(1, "help", "It is booked."), caller=wants)))
    assert [finding.turn for finding in found] == [None, 1]


def test_a_caller_who_gave_up_is_found() -> None:
    """With her reason."""
    assert not list(ending(call()))
    (found,) = ending(call(ended="not understood"))
    assert "not understood" in found.message
