"""Good calls have no problems, and each kind of bad call has its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sandbox.caller.checks import Evidence, check
from sandbox.caller.recorder import Recording
from sandbox.caller.script import Line, Script
from sandbox.caller.timing import Span
from sandbox.caller.turns import CallResult, Greeting, Turn

REPLIES = ("We open at nine.", "Doctor Rao is free at ten. Shall I book it?")
LINES = (
    Line(text="what are your opening hours", expect=("open", "hours")),
    Line(text="an appointment with doctor Rao"),
)
SCRIPT = Script(title="t", answer_within=4, lines=LINES)


def turn(index: int, **changes: Any) -> Turn:
    made = Turn(
        number=index + 1,
        line=LINES[index],
        caller=Span(0, 1),
        heard=LINES[index].text,
        words=REPLIES[index],
        sound=(Span(2, 4),),
        delay=1.0,
        stopped=None,
        cut_off=False,
        spoke_over=False,
        seconds=2.0,
    )
    return replace(made, **changes)


EVIDENCE = Evidence(
    written=REPLIES,
    # Made in parallel, and one of them asked for twice because it was slow.
    synthesised=("We open at nine.", "Shall I book it?", "Doctor Rao is free", "at ten.", "at ten"),
    needed_seconds={1: 2.1, 2: 1.9},
    recognised={1: "we open it nine", 2: "doctor row is free at ten shell i book it"},
)


def call(*, first: Any = None, second: Any = None, **changes: Any) -> CallResult:
    silence = np.zeros(1, np.int16)
    made = CallResult(
        greeting=Greeting("Welcome.", (Span(1, 2),)),
        turns=(turn(0, **(first or {})), turn(1, **(second or {}))),
        recording=Recording(24_000, silence, silence),
        join_seconds=0.1,
        lateness=0.001,
    )
    return replace(made, **changes)


def problems(result: CallResult, evidence: Evidence = EVIDENCE) -> list[str]:
    return [str(problem) for problem in check(SCRIPT, result, evidence)]


def test_a_good_call_has_no_problems() -> None:
    """A call in which all went well has no problems, with evidence and without."""
    assert problems(call()) == []
    assert problems(call(), Evidence()) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"heard": ""}, "did not hear"),
        ({"heard": "the rain in spain"}, "heard “the rain in spain” where the caller said"),
        ({"delay": None, "sound": ()}, "did not answer: no sound within 4 s although it published"),
        ({"delay": None, "sound": (), "words": ""}, "did not answer: no sound within 4 s"),
        ({"delay": 4.5}, "came after 4.50 s; the limit is 4 s"),
        ({"words": ""}, "published no words"),
        ({"words": "Good morning."}, "none of the expected words: open, hours"),
        ({"words": "We open at ten."}, "did not say what its model wrote: “ten” instead of “nine”"),
        ({"words": "We open at."}, "“nine” is missing"),
        ({"words": "We open at nine nine."}, "“nine” is extra"),
        ({"seconds": 1.0}, "sounded for 1.0 s, but its words take 2.1 s: some were lost"),
        ({"seconds": 4.0}, "sounded for 4.0 s, but its words take 2.1 s: some came twice"),
    ],
)
def test_a_problem_names_the_turn_and_what_was_wrong(changes: dict[str, Any], reason: str) -> None:
    """The turn is named, and what was wrong with it."""
    found = problems(call(first=changes))
    assert len(found) >= 1
    assert all(one.startswith("turn 1: ") for one in found)
    assert any(reason in one for one in found)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"written": ()}, "the language model wrote nothing"),
        ({"written": REPLIES[:1]}, "did not say what its model wrote"),
        ({"synthesised": ()}, "no TTS was asked to speak “doctor rao is free at ten”"),
        ({"synthesised": ("Doctor Rao is free at ten.",)}, "asked to speak “shall i book it”"),
        ({"recognised": {2: "we open at nine"}}, "a recogniser heard “we open at nine”"),
        ({"recognised": {2: ""}}, "the sound is not that of the answer"),
    ],
)
def test_the_stand_ins_logs_and_the_sound_count_against_the_transcript(
    changes: dict[str, Any], reason: str
) -> None:
    """What the stand-ins logged and what was audible count against the words published."""
    found = problems(call(), replace(EVIDENCE, **changes))
    assert any(reason in one for one in found)
    assert any(one.startswith("turn 2: ") for one in found)


@pytest.mark.parametrize(
    ("seconds", "good"), [(1.6, False), (1.75, True), (2.5, True), (2.7, False)]
)
def test_how_long_an_answer_sounds(seconds: float, good: bool) -> None:
    """A lost or a doubled word of many is heard in the length of the sound."""
    assert (problems(call(first={"seconds": seconds})) == []) is good


def test_an_answer_around_a_call_of_a_tool() -> None:
    """An answer may be made of what was written before a tool was called and after."""
    parts = ("One moment.", "", "We open at nine.", REPLIES[1])
    spoken = {"words": "One moment. We open at nine."}
    evidence = replace(EVIDENCE, written=parts, synthesised=parts, recognised=None)
    assert problems(call(first=spoken), evidence) == []


def test_only_the_last_answer_may_be_a_stock_phrase() -> None:
    """A goodbye ends a call; an apology in mid-call is not what the model wrote."""
    stock = ("Goodbye then.",)
    spoken = {"words": "Goodbye then."}
    evidence = replace(
        EVIDENCE, stock=stock, synthesised=(*(EVIDENCE.synthesised or ()), *stock), recognised=None
    )
    assert problems(call(second=spoken), evidence) == []
    [found] = problems(call(first=spoken | {"line": Line(text=LINES[0].text)}), evidence)
    assert "did not say what its model wrote" in found


def test_an_answer_that_was_cut_off() -> None:
    """An answer that the caller cut into need only be the beginning of what was written."""
    cut = {"cut_off": True, "words": "We open", "seconds": 0.4}
    assert problems(call(first=cut)) == []
    assert problems(call(first=cut | {"words": "Doctor"})) == []
    assert (
        "did not say what its model wrote"
        in problems(call(first=cut | {"words": "Good morning"}))[0]
    )


def test_a_call_without_a_greeting_has_a_problem() -> None:
    """Without sound, or without words."""
    assert "made no sound" in problems(call(greeting=Greeting("Welcome.", ())))[0]
    assert "published no words" in problems(call(greeting=Greeting(" ", (Span(1, 2),))))[0]


def test_a_call_that_ended_early() -> None:
    """A call that was given up, or that lost lines."""
    assert "the room was closed" in problems(call(given_up="the room was closed"))[-1]
    assert "ended before the script" in problems(replace(call(), turns=(turn(0),)))[-1]
