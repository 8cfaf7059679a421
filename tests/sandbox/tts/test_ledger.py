"""What happened on an account."""

from collections import Counter

from sandbox.conditions import INSTANT, Conditions, Fault
from sandbox.tts import Ledger


def make(*faults):
    return Ledger(Conditions(INSTANT, faults), Counter())


def test_connections():
    """Open connections and the most that were open at once are known."""
    ledger = make()
    for _ in range(3):
        ledger.open()
    ledger.close()
    assert ledger.open_connections == 2
    assert ledger.describe()["connections"] == {"open": 2, "peak": 3}
    ledger.reset()
    assert ledger.describe()["connections"] == {"open": 2, "peak": 2}
    assert ledger.stats["connects"] == 3


def test_bills():
    """Every synthesis is listed with its text and counted by its characters."""
    ledger = make()
    ledger.bill("websocket", ledger.number(), "नमस्ते", model="m", speaker="s")
    ledger.bill("rest", ledger.number(), "Hello.", model="m", speaker="s")
    entries = ledger.describe()["syntheses"]
    assert [(entry["connection"], entry["text"], entry["via"]) for entry in entries] == [
        (1, "नमस्ते", "websocket"),
        (2, "Hello.", "rest"),
    ]
    assert ledger.stats == {"syntheses": 2, "synthesised_characters": 12}
    ledger.reset()
    assert ledger.describe()["syntheses"] == []


def test_list_is_bounded():
    """Only the last thousand syntheses are kept; the counter has them all."""
    ledger = make()
    for number in range(1005):
        ledger.bill("rest", number, str(number), model="m", speaker="s")
    entries = ledger.describe()["syntheses"]
    assert (len(entries), entries[0]["text"]) == (1000, "5")
    assert ledger.stats["syntheses"] == 1005


def test_faults_are_counted():
    """A fault that strikes is counted under its kind."""
    ledger = make(Fault(kind="drop", times=1))
    assert ledger.draw_fault("slow") is None
    assert ledger.draw_fault("drop").kind == "drop"
    assert ledger.draw_fault("drop") is None
    assert ledger.stats == {"faults_drop": 1}
