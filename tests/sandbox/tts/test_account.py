"""The account of a TTS provider."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.conditions import INSTANT, Conditions, Fault
from sandbox.tts import SpeechAccount, SpeechOptions


def make(*faults: Fault, limit: int | None = None) -> SpeechAccount[SpeechOptions]:
    """An account of a provider without delays."""
    return SpeechAccount(Conditions(INSTANT, faults), SpeechOptions(concurrency_limit=limit))


def test_open_sockets_are_counted_with_their_peak() -> None:
    """`/_stats` shows how many are open and the most that were open at once."""
    account = make()
    for _ in range(3):
        account.open()
    account.close()
    assert account.open_sockets == 2
    assert account.describe()["connections"] == {"open": 2, "peak": 3}
    assert account.stats["connects"] == 3
    account.reset()
    assert account.describe()["connections"] == {"open": 2, "peak": 2}


def test_the_account_is_full_at_its_limit() -> None:
    """One socket fewer is not full, and without a limit it never is."""

    def fullness(account: SpeechAccount[SpeechOptions]) -> Iterator[bool]:
        for _ in range(3):
            yield account.is_full
            account.open()

    assert list(fullness(make(limit=2))) == [False, False, True]
    assert not any(fullness(make()))


def test_every_synthesis_is_logged_and_counted_by_its_characters() -> None:
    """In order, with its text and endpoint."""
    account = make()
    account.bill("websocket", account.number(), "नमस्ते", model="m", speaker="s")
    account.bill("rest", account.number(), "Hello.", model="m", speaker="s")
    entries = account.describe()["syntheses"]
    assert [(entry["connection"], entry["text"], entry["via"]) for entry in entries] == [
        (1, "नमस्ते", "websocket"),
        (2, "Hello.", "rest"),
    ]
    assert account.stats == {"syntheses": 2, "synthesised_characters": 12}
    account.reset()
    assert account.describe()["syntheses"] == []


def test_the_log_keeps_the_last_thousand_syntheses() -> None:
    """The counter has them all."""
    account = make()
    for number in range(1005):
        account.bill("rest", number, str(number), model="m", speaker="s")
    entries = account.describe()["syntheses"]
    assert (len(entries), entries[0]["text"]) == (1000, "5")
    assert account.stats["syntheses"] == 1005


def test_faults_are_counted_by_kind() -> None:
    """Only those that strike."""
    account = make(Fault(kind="drop", times=1))
    assert account.draw_fault("slow") is None
    struck = account.draw_fault("drop")
    assert struck is not None
    assert struck.kind == "drop"
    assert account.draw_fault("drop") is None
    assert account.stats == {"faults_drop": 1}
