"""When a call is over, as a table on a clock of its own."""

from __future__ import annotations

import pytest

from agent.call.limits.clock import GRACE, CallClock, EndReason, Wait

LENGTH, SILENCE = 1800.0, 300.0

Happened = list[tuple[float, str]]


def ended(
    happened: Happened, *, length: float = LENGTH, silence: float = SILENCE
) -> tuple[float, EndReason] | None:
    """When and why a call ends that begins at 0 and in which these things happen; None if never."""
    clock = CallClock(length=length, silence=silence, now=0.0)
    now = 0.0
    for at, what in [*happened, (float("inf"), "")]:
        # Between two events the shell asks at the time it was given.
        while isinstance(due := clock.due(now), Wait) and due.until < at:
            assert due.until > now
            now = due.until
        if isinstance(due, EndReason):
            return now, due
        match what:
            case "words":
                clock.words(at)
            case "agent busy" | "agent done":
                clock.agent(at, is_busy=what == "agent busy")
            case "caller speaks" | "caller done":
                clock.caller(speaks=what == "caller speaks")
        now = at
    return None


def talk(until: float) -> Happened:
    """The caller says something each minute, and is answered for 10 s."""
    happened: Happened = []
    for at in range(60, int(until), 60):
        happened += [(at, "words"), (at + 1, "agent busy"), (at + 11, "agent done")]
    return happened


@pytest.mark.parametrize(
    ("case", "happened", "end"),
    [
        ("nobody says a word", [], (300, EndReason.SILENCE)),
        ("words put it off", [(200, "words")], (500, EndReason.SILENCE)),
        (
            "the agent's reply does",
            [(10, "agent busy"), (40, "agent done")],
            (340, EndReason.SILENCE),
        ),
        (
            "what is said again in a reply changes nothing",
            [(10, "agent busy"), (20, "agent busy"), (40, "agent done"), (50, "agent done")],
            (340, EndReason.SILENCE),
        ),
        ("noise does not", [(20, "caller speaks"), (200, "caller done")], (300, EndReason.SILENCE)),
        (
            "noise for ever gains the time of a sentence",
            [(20, "caller speaks")],
            (300 + GRACE, EndReason.SILENCE),
        ),
        (
            "who has just begun is heard",
            [(299, "caller speaks"), (301, "words"), (302, "caller done")],
            (601, EndReason.SILENCE),
        ),
        ("a reply that hangs", [(10, "agent busy")], (1800 + GRACE, EndReason.LENGTH)),
        ("a call that goes on and on", talk(3600), (1800, EndReason.LENGTH)),
        (
            "a reply under way may end",
            [*talk(1790), (1795, "agent busy"), (1804, "agent done")],
            (1804, EndReason.LENGTH),
        ),
        (
            "if it ends in time",
            [*talk(1790), (1795, "agent busy"), (1900, "agent done")],
            (1800 + GRACE, EndReason.LENGTH),
        ),
        (
            "a caller who talks on and on",
            [*talk(1790), (1795, "caller speaks"), *[(n, "words") for n in range(1796, 1900)]],
            (1800 + GRACE, EndReason.LENGTH),
        ),
    ],
)
def test_a_call_ends(case: str, happened: Happened, end: tuple[float, EndReason]) -> None:
    """At this instant, for this reason."""
    found = ended(happened)
    assert found is not None, case
    assert found == (pytest.approx(end[0]), end[1])


def test_without_limits_it_never_does() -> None:
    """0 is none: nothing is waited for."""
    assert ended(talk(36_000), length=0, silence=0) is None
    assert ended([], length=0, silence=0) is None
    assert ended([], length=0) == (300, EndReason.SILENCE)
    assert ended(talk(36_000), silence=0) == (1800, EndReason.LENGTH)
