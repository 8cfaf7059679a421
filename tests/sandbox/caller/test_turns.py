"""A recording with known edges -> the turns of the call, with the times read from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sandbox.caller.conversation import SpokenLine
from sandbox.caller.recorder import Recording
from sandbox.caller.script import Line
from sandbox.caller.transcript import Transcript
from sandbox.caller.turns import greeting, turns

RATE = 24_000
ORIGIN = 500.0


def side(length: float, *spans: tuple[float, float]) -> Any:
    samples = np.zeros(round(length * RATE), np.int16)
    for start, end in spans:
        samples[round(start * RATE) : round(end * RATE)] = 5000
    return samples


def call(caller: Any, agent: Any, *, length: Any = 20.0) -> Recording:
    return Recording(RATE, side(length, *caller), side(length, *agent))


def said(*lines: tuple[float, float], interrupt_after: Any = None) -> list[SpokenLine]:
    """Lines sent in these spans, which begin and end 40 ms outside the sound."""
    return [
        SpokenLine(
            Line(text=f"line {index}", interrupt_after=interrupt_after if index else None),
            ORIGIN + start - 0.04,
            ORIGIN + end + 0.04,
        )
        for index, (start, end) in enumerate(lines)
    ]


def transcript(*segments: Any) -> Transcript:
    made = Transcript()
    for index, (speaker, at, text) in enumerate(segments):
        segment = made.begin(str(index), speaker, ORIGIN + at)
        segment.text, segment.final = text, True
    return made


def test_delays_run_from_the_callers_last_sound_to_the_agents_first() -> None:
    """Delays run from the caller's last loud sample to the agent's first, for each turn."""
    recording = call([(4, 5), (9, 10)], [(1, 3), (6.1, 6.8), (7.4, 8), (10.75, 12)])
    spoken = said((4, 5), (9, 10))
    words = transcript(
        ("agent", 0.9, "Welcome."),
        ("caller", 5.2, "line zero"),
        ("agent", 6.0, "First"),
        ("caller", 10.1, "line one"),
        ("agent", 10.7, "Second"),
    )
    first, second = turns(recording, spoken, words, origin=ORIGIN)
    assert first.delay == pytest.approx(1.1)
    assert second.delay == pytest.approx(0.75)
    assert (first.heard, first.words) == ("line zero", "First")
    assert (second.heard, second.words) == ("line one", "Second")
    assert first.seconds == pytest.approx(1.3)
    assert second.seconds == pytest.approx(1.25)
    assert first.caller.start == pytest.approx(4)
    assert first.stopped is second.stopped is None
    assert not first.cut_off
    assert not first.spoke_over
    assert not second.spoke_over
    hello = greeting(recording, spoken, words, origin=ORIGIN)
    assert hello.words == "Welcome."
    assert hello.first_sound == pytest.approx(1.0)


def test_an_interrupted_answer_ends_within_the_interrupting_line() -> None:
    """The cut-off answer ends within the line that cut in, whose own answer follows it."""
    recording = call([(4, 5), (7, 8)], [(1, 3), (6, 7.3), (9, 10)])
    first, second = turns(
        recording, said((4, 5), (7, 8), interrupt_after=1.0), transcript(), origin=ORIGIN
    )
    assert first.cut_off
    assert first.seconds == pytest.approx(1.3)
    assert second.stopped == pytest.approx(0.3)
    assert second.delay == pytest.approx(1.0)
    assert second.seconds == pytest.approx(1.0)


def test_a_line_without_an_answer_has_no_delay() -> None:
    """Without an onset after the line there is no delay, and no sound of the answer."""
    (turn,) = turns(call([(4, 5)], [(1, 3)]), said((4, 5)), transcript(), origin=ORIGIN)
    assert turn.delay is None
    assert turn.seconds == 0
    assert turn.heard == turn.words == ""


def test_an_agent_that_talks_over_the_caller() -> None:
    """Sound that begins during the line is marked, and is not the answer."""
    recording = call([(4, 6)], [(1, 3), (5, 5.5), (7, 8)])
    (turn,) = turns(recording, said((4, 6)), transcript(), origin=ORIGIN)
    assert turn.spoke_over
    assert turn.delay == pytest.approx(1.0)


def test_a_call_without_lines_has_only_its_greeting() -> None:
    """A call that was given up before the first line has its greeting only."""
    recording = call([], [(1, 3)])
    assert turns(recording, [], transcript(), origin=ORIGIN) == ()
    assert greeting(recording, [], transcript(), origin=ORIGIN).first_sound == pytest.approx(1)
    assert greeting(call([], []), [], transcript(), origin=ORIGIN).first_sound is None


def test_a_line_too_soft_to_measure() -> None:
    """A line without a loud sample has the times of its sending."""
    (turn,) = turns(call([], [(6, 7)]), said((4, 5)), transcript(), origin=ORIGIN)
    assert (turn.caller.start, turn.caller.end) == pytest.approx((3.96, 5.04))
    assert turn.delay == pytest.approx(0.96)
