"""The tables, and what they say of the limits."""

import dataclasses
import io

import pytest
from rich.console import Console

from bench.report import as_markdown, show
from bench.tts.limits import NO_BASELINE
from bench.tts.peers import ONE_BY_ONE
from bench.tts.results import Result
from bench.tts.scenarios import SCENARIOS
from bench.tts.tables import breaches, sheets

from .good import GOOD

RESULT = Result(replies=[GOOD] * 4, requests=8, connects=2, configs=2, peak=2)
SERIAL = dataclasses.replace(
    RESULT, replies=[dataclasses.replace(GOOD, last_arrived=2.5)] * 4, requests=9
)


def test_every_situation_has_a_row_for_each_peer():
    """Nothing that was measured is left out."""
    results = {(title, name): RESULT for title in SCENARIOS for name in ("ours", "pipecat")}
    rows = [row for sheet in sheets(results) for row in sheet.rows]
    assert sorted(row[:2] for row in rows) == sorted(results)


def test_only_ours_is_held_to_the_limits():
    """Peers have no verdict, also where they would break every limit."""
    broken = dataclasses.replace(RESULT, configs=9)
    (sheet,) = sheets({("undisturbed", "ours"): RESULT, ("undisturbed", "pipecat"): broken})
    assert [row[-1] for row in sheet.rows] == ["ok", ""]
    assert breaches({("undisturbed", "pipecat"): broken}) == []
    assert breaches({("undisturbed", "ours"): broken}) == [
        "undisturbed: 9 configs on 2 connections"
    ]


def test_the_baseline_is_the_undisturbed_run():
    """What is compared is compared with our own undisturbed replies, and not called ok without."""
    results = {("after a barge-in", "ours"): RESULT}
    assert breaches(results) == [f"after a barge-in: {NO_BASELINE}"]
    assert breaches(results | {("undisturbed", "ours"): RESULT}) == []


def test_parallel_is_compared_with_serial():
    """Six sentences are held against our own plugin with one Segment at a time."""
    results = {("six sentences", "ours"): RESULT, ("six sentences", ONE_BY_ONE.name): SERIAL}
    (sheet,) = sheets(results)
    speeds = [row[sheet.columns.index("speed")] for row in sheet.rows]
    assert speeds == ["2.5x", "1.0x"]
    assert breaches(results) == []


def test_without_verdict():
    """The switches are compared with each other and held to nothing."""
    (sheet,) = sheets({("undisturbed", "hedge off"): RESULT}, with_verdict=False)
    assert "verdict" not in sheet.columns
    assert len(sheet.rows[0]) == len(sheet.columns)


@pytest.mark.parametrize("title", ["undisturbed", "15 % stalled", "six sentences", "eight at once"])
def test_markdown_and_terminal_say_the_same(title):
    """Each cell of a table is in both, whole, and a row of Markdown has all its columns."""
    (sheet,) = sheets({(title, "ours"): RESULT})
    out = io.StringIO()
    show(sheet, Console(file=out, width=200))
    printed, markdown = out.getvalue(), as_markdown(sheet)
    assert markdown.startswith(f"### {sheet.title}\n\n| situation | who | ")
    for cell in sheet.rows[0]:
        assert cell in printed
        assert f"| {cell} |" in markdown
    lines = markdown.splitlines()[2:]
    assert {line.count("|") for line in lines} == {len(sheet.columns) + 1}
