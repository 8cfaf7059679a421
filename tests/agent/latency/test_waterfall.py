"""The waterfall as text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from agent.latency.marks import STAGES
from agent.latency.timeline import Overlapped
from agent.latency.turn_report import Breach, BudgetCheck, TurnReport
from agent.latency.waterfall import COLOURS, bar, bars, line, whole

MakeReport = Callable[..., TurnReport]
SLOW_TTS = BudgetCheck(
    name="1200", breaches=(Breach(stage="tts", us=900_000, limit_us=550_000),), dominant="tts"
)


def drawn(report: TurnReport, *, coloured: bool = False) -> str:
    """The bars as a terminal of 100 columns shows them."""
    out = io.StringIO()
    console = Console(
        file=out, width=100, force_terminal=coloured, color_system="standard" if coloured else None
    )
    console.print(bars(report))
    return out.getvalue()


def test_the_line_tells_all_in_the_order_of_the_path(make_report: MakeReport) -> None:
    """Total, stages, what ran beside, flags, breaches."""
    text = line(make_report(tts=0.9, budget=SLOW_TTS, hedged=True))
    assert text == (
        "turn 1: 1596 ms = endpoint 250 + stt 60 + commit 4 + llm 250 + segmentation 55 + pool 1 "
        "+ send 1 + tts 900 + decode 5 + publish 10 + play 60 | beside end_of_turn 50 | hedged "
        "| over 1200: tts 900 > 550 (look at tts)"
    )


@settings(max_examples=60)
@given(parts=st.lists(st.integers(0, 10**7), max_size=14))
def test_whole_milliseconds_sum_to_the_rounded_total(parts: list[int]) -> None:
    """A reader who adds the numbers of a line finds the number in front of it."""
    sizes = whole(parts)
    assert sum(sizes) == round(sum(parts) / 1000)
    assert all(abs(size - part / 1000) <= 1 for size, part in zip(sizes, parts, strict=True))


def test_the_line_has_no_words_of_anyone(make_report: MakeReport) -> None:
    """Logs are read by many."""
    assert "secret" not in line(make_report(heard="secret", said="secret"))


def test_bars_have_a_label_and_a_number_each(make_report: MakeReport) -> None:
    """Without colour, everything can still be read."""
    shown = drawn(make_report(tts=0.9, budget=SLOW_TTS))
    for stage in ("endpoint", "llm", "play"):
        assert re.search(rf"^{stage} +█+ +\d+\.\d", shown, re.MULTILINE)
    assert re.search(r"^tts +█+ +900\.0 +over 550", shown, re.MULTILINE)
    assert re.search(r"^end_of_turn +░+ +50\.0 +beside: overlapped", shown, re.MULTILINE)
    assert re.search(r"^total +1596\.0", shown, re.MULTILINE)


def test_bars_are_coloured_on_a_terminal_that_can(make_report: MakeReport) -> None:
    """Each stage has a colour of its own."""
    shown = drawn(make_report(), coloured=True)
    assert "\x1b[35m" in shown  # llm: magenta
    assert "\x1b[32m" in shown  # voice: green
    assert {stage for stages in STAGES.values() for stage in stages} <= COLOURS.keys()


def test_bars_follow_each_other_and_reach_what_ended_late(make_report: MakeReport) -> None:
    """The scale is the longest of the path and of what ran beside it."""
    assert bar(0, 500, scale_us=1000, width=10, fill="x") == "xxxxx"
    assert bar(500, 500, scale_us=1000, width=10, fill="x") == "     xxxxx"
    assert bar(999, 1, scale_us=1000, width=10, fill="x") == "         x"
    assert bar(500, 0, scale_us=1000, width=10, fill="x").strip() == ""
    report = make_report()
    late = Overlapped(name="tts", start_us=0, us=9_000_000, why="hedge")
    object.__setattr__(report.timeline, "overlapped", (late,))
    longest = max(drawn(report).splitlines(), key=lambda row: row.count("░") + row.count("█"))
    assert longest.count("░") == 48
