"""The pure modules behind the timing panel: reports are read, checked and measured."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from agent.latency.marks import STAGES, Mark
from agent.latency.turn_report import TurnReport
from playground.server import serve
from playground.settings import Settings

Turn = dict[str, Any]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_clock]

TURNS: list[Turn] = json.loads((Path(__file__).parent / "turns.json").read_text())

# Reads messages; returns each turn, or the reason why it is not valid.
READ = """async (messages) => {
  const { MalformedTurn, readTurn } = await import("/page/timing/turn.js");
  return messages.map((message) => {
    try {
      return readTurn(message);
    } catch (error) {
      if (!(error instanceof MalformedTurn)) throw error;
      return error.message;
    }
  });
}"""

CALL = """async ([module, name, ...values]) => {
  const found = await import(`/page/${module}.js`);
  return found[name](...values);
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """The page, for its modules: they have no state, so one page serves all tests."""
    values = {"livekit_url": "ws://127.0.0.1:9", "livekit_api_key": "k", "livekit_api_secret": "s"}
    async with serve(Settings(**values, playground_port=0)) as url:
        page = await browser.new_page()
        await page.goto(url)
        yield page
        await page.close()


async def read(page: Page, *turns: Turn | str) -> list[Any]:
    """The page's result for each of these messages."""
    texts = [turn if isinstance(turn, str) else json.dumps(turn) for turn in turns]
    return await page.evaluate(READ, texts)


async def call(page: Page, module: str, name: str, *values: Any) -> Any:
    """Call a function of one of the page's modules."""
    return await page.evaluate(CALL, [module, name, *values])


async def test_every_kind_is_read(page: Page) -> None:
    """Greeting, turns and barge-in are read completely, and kept as they came."""
    turns = await read(page, *TURNS)
    assert [turn["kind"] for turn in turns] == [each["kind"] for each in TURNS]
    assert [turn["total"] for turn in turns] == [each["total_ms"] for each in TURNS]
    assert [turn["raw"] for turn in turns] == TURNS
    assert len({turn["key"] for turn in turns}) == len(TURNS)
    assert not any(turn["doubt"] for turn in turns)
    over = turns[4]
    assert over["limit"] == 1200
    assert over["over"][1] == {"stage": "llm", "length": 904.5, "limit": 600.0}


@pytest.mark.parametrize("report", TURNS, ids=lambda report: f"{report['kind']} {report['turn']}")
async def test_the_reports_in_these_tests_are_the_workers(report: Turn) -> None:
    """The worker reads each of them and would write it with the same names."""
    assert json.loads(TurnReport.from_json(json.dumps(report)).to_json()) == report


async def test_the_page_has_words_for_all_that_the_worker_sends(page: Page) -> None:
    """No stage, mark or reason of the worker is shown by its bare name."""
    stages = {stage for stages in STAGES.values() for stage in stages} | {"hedge"}
    for stage in stages:
        assert (await call(page, "timing/words", "stageWords", stage))["text"], stage
    for mark in Mark:
        words = await call(page, "timing/words", "markWords", mark.value)
        assert words != mark.replace("_", " ")
    for why in ("preemptive", "overlapped", "late", "hedge", "outrun"):
        assert await call(page, "timing/words", "whyWords", why) != why


async def test_a_malformed_report_is_refused_with_a_reason(page: Page) -> None:
    """The reason names the field that cannot be drawn."""
    good = TURNS[1]
    nameless = good | {"stages": [{"start_ms": 0, "ms": 5}]}
    wrong: list[tuple[Turn | str, str]] = [
        ("{", "it is not JSON"),
        ("[]", "it is not a JSON object"),
        ("null", "it is not a JSON object"),
        (good | {"v": 2}, "its version is 2, and this page reads 1"),
        (good | {"kind": "constructor"}, "“constructor” is not a kind of turn"),
        (good | {"total_ms": "1185"}, "total_ms is not a number"),
        (good | {"total_ms": -1}, "total_ms is negative"),
        (good | {"stages": None}, "stages is not a list"),
        (good | {"stages": [None]}, "one of stages has no name"),
        (nameless, "one of stages has no name"),
        (good | {"stages": [{"name": "llm", "ms": 5}]}, "start_ms of llm is not a number"),
        (good | {"beside": [{"name": "llm", "start_ms": 1, "ms": -5}]}, "ms of llm is negative"),
        (good | {"budget": {"tier": "800", "breaches": [{}]}}, "ms of a breach is not a number"),
    ]
    assert await read(page, *(turn for turn, _ in wrong)) == [reason for _, reason in wrong]


async def test_missing_and_new_fields_are_accepted(page: Page) -> None:
    """A report needs only what is drawn, and names from a newer agent are shown as they come."""
    stages = [{"name": "constructor", "start_ms": 0, "ms": 5.0}]
    bare = {"v": 1, "kind": "turn", "total_ms": 5, "stages": stages, "later": True}
    (turn,) = await read(page, bare)
    assert (turn["limit"], turn["number"], turn["beside"], turn["doubt"]) == (None, None, [], "")
    words = await call(page, "timing/words", "stageWords", "constructor")
    assert words == {"group": "other", "label": "Constructor", "text": ""}
    assert await call(page, "timing/words", "markWords", "some_new_mark") == "some new mark"


async def test_a_total_that_its_stages_do_not_sum_to_is_doubted(page: Page) -> None:
    """The turn carries a warning; differences from rounding carry none."""
    off, rounded = await read(
        page, TURNS[1] | {"total_ms": 1000.0}, TURNS[1] | {"total_ms": TURNS[1]["total_ms"] + 0.9}
    )
    assert off["doubt"].startswith("The stages sum to 937 ms, not to the total")
    assert rounded["doubt"] == ""


async def test_the_axis_holds_all_bars_and_a_near_budget(page: Page) -> None:
    """The budget's line is left out only where the bars would become too short."""
    for turn in await read(page, *TURNS):
        axis = await call(page, "timing/scale", "axisOf", turn)
        for span in turn["stages"] + turn["beside"]:
            assert axis["begin"] <= span["start"]
            assert span["start"] + span["length"] <= axis["end"]
        assert (axis["end"] > 1200) == (turn["total"] >= 400)
    spans = {"stages": [{"start": 0, "length": 9}], "beside": [{"start": -50, "length": 20}]}
    early = await call(page, "timing/scale", "axisOf", {"total": 9, "limit": None, **spans})
    assert early["begin"] == -50


@pytest.mark.parametrize("end", [0.4, 7, 99, 1185, 1236, 60_000])
async def test_ticks_are_round_and_few(page: Page, end: float) -> None:
    """Three to six numbers in even steps of 1, 2 or 5, all on the axis."""
    found = await call(page, "timing/scale", "ticks", {"begin": 0, "end": end})
    assert 3 <= len(found) <= 6
    assert found[0] == 0
    assert found[-1] <= end
    assert f"{found[1]:e}"[0] in "125"


async def test_percentiles_are_times_that_occurred(page: Page) -> None:
    """They are nearest ranks: nothing is interpolated between two turns."""
    hundred = list(range(100, 0, -1))
    assert await call(page, "timing/scale", "percentile", hundred, 0.5) == 50
    assert await call(page, "timing/scale", "percentile", hundred, 0.9) == 90
    assert await call(page, "timing/scale", "percentile", hundred, 0.95) == 95
    assert await call(page, "timing/scale", "percentile", [7], 0.95) == 7
    assert await call(page, "timing/scale", "percentile", [], 0.5) is None


async def test_a_fault_slider_leaves_the_other_faults(page: Page) -> None:
    """A share changes one kind and keeps its other fields; 0 removes the kind."""
    faults = [{"kind": "slow", "probability": 0.1, "factor": 9}, {"kind": "quota", "code": 429}]
    more = await call(page, "tuning/faults", "withShare", faults, "slow", 0.3)
    assert more == [faults[1], {"kind": "slow", "probability": 0.3, "factor": 9}]
    assert await call(page, "tuning/faults", "withShare", faults, "slow", 0) == [faults[1]]
    assert await call(page, "tuning/faults", "withShare", [], "drop", 0.5) == [
        {"kind": "drop", "probability": 0.5}
    ]
    assert await call(page, "tuning/faults", "shareOf", faults, "slow") == 0.1
