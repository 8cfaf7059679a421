"""Flags for latency and faults."""

from __future__ import annotations

import pytest

from sandbox.condition_flags import parse_faults, parse_latency
from sandbox.conditions import Fault

BOTH = ("sarvam", "deepgram")


def test_latency_of_one_and_of_all() -> None:
    """A field is set for one provider or, without a name, for all; the later flag wins."""
    flags = ["round_trip=0.1", "sarvam.first_byte=0.4", "sarvam.round_trip=0"]
    assert parse_latency(flags, BOTH) == {
        "sarvam": {"round_trip": 0.0, "first_byte": 0.4},
        "deepgram": {"round_trip": 0.1},
    }


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("first_byte", "'' is not a number"),
        ("first_byte=quick", "'quick' is not a number"),
        ("first_byte=-1", "greater than or equal to 0"),
        ("first_byte=nan", "first_byte"),
        ("speed=1", r"write \[PROVIDER.\]FIELD=NUMBER, FIELD of round_trip"),
        ("=1", "write"),
        ("openai.first_byte=1", "'openai' is not one of sarvam, deepgram"),
        (".first_byte=1", "'' is not one of"),
    ],
)
def test_an_invalid_latency_is_repeated_with_its_error(flag: str, message: str) -> None:
    """So that the user sees which flag is meant."""
    with pytest.raises(ValueError, match=message) as caught:
        parse_latency([flag], BOTH)
    assert str(caught.value).startswith(f"--latency {flag}: ")


def test_faults_keep_the_order_of_their_flags() -> None:
    """Absent fields have their defaults."""
    flags = ["deepgram:drop:0.1", "sarvam:stall", "sarvam:slow:0.5:factor=9,at=0.2,times=3"]
    assert parse_faults(flags, BOTH) == {
        "sarvam": (
            Fault(kind="stall"),
            Fault(kind="slow", probability=0.5, factor=9, at=0.2, times=3),
        ),
        "deepgram": (Fault(kind="drop", probability=0.1),),
    }
    assert parse_faults(["sarvam:quota::times=1"], BOTH)["sarvam"] == (
        Fault(kind="quota", times=1),
    )


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("sarvam", "kind"),
        ("sarvam:burn", "kind"),
        ("sarvam:drop:2", "probability"),
        ("sarvam:drop:0.1:when=1", "when"),
        ("openai:drop", "'openai' is not one of"),
        ("", "'' is not one of"),
    ],
)
def test_an_invalid_fault_is_repeated_with_its_error(flag: str, message: str) -> None:
    """So that the user sees which flag is meant."""
    with pytest.raises(ValueError, match=message) as caught:
        parse_faults([flag], BOTH)
    assert str(caught.value).startswith(f"--fault {flag}: ")
