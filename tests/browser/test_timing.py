"""The timing panel: turns from a room are drawn, listed, explored by keyboard and saved."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from sandbox.stack.stack import Stack

OpenPage = Callable[..., Awaitable[Page]]
ServePage = Callable[..., Awaitable[str]]
CallFake = Callable[..., Awaitable[Any]]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_clock]

TURNS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "turns.json").read_text())
GREETING, FIRST, CACHED, BARGE_IN, SLOW, FALLBACK_TTS = TURNS

# Replaces the page's own panel, which is not in a call; defines `take`, which gives it a message.
PANEL = """async () => {
  const section = document.querySelector(".timing");
  section.replaceWith(section.cloneNode(true));
  const { Panel } = await import("/page/timing/panel.js");
  const named = [...document.querySelectorAll("[id]")];
  const parts = Object.fromEntries(named.map((part) => [part.id, part]));
  const panel = new Panel(parts);
  window.take = (text) => panel.take(text);
}"""

# The lowest contrast of a bar against its background, by WCAG's formula.
CONTRAST = """() => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const surface = luminance(getComputedStyle(document.querySelector(".timing")).backgroundColor);
  const bars = [...document.querySelectorAll(".path .bar")];
  return Math.min(...bars.map((bar) => {
    const own = luminance(getComputedStyle(bar).backgroundColor);
    return (Math.max(own, surface) + 0.05) / (Math.min(own, surface) + 0.05);
  }));
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def show(open_page: OpenPage, serve_page: ServePage) -> Callable[..., Awaitable[Page]]:
    """Opens a page that shows these turns, without motion."""

    async def show(*turns: dict[str, Any], **options: Any) -> Page:
        url = await serve_page(livekit_url="ws://127.0.0.1:9")
        page = await open_page(url, reduced_motion="reduce", **options)
        await page.evaluate(PANEL)
        await report(page, *turns)
        return page

    return show


async def report(page: Page, *turns: dict[str, Any]) -> None:
    """Give more turns to the panel of `show`."""
    for turn in turns:
        await page.evaluate("take", json.dumps(turn))


def headline(page: Page) -> Locator:
    """Name, total and budget of the selected turn."""
    return page.locator(".headline")


def turn(page: Page, name: str) -> Locator:
    """One of the turns of the call."""
    return page.get_by_role("option", name=re.compile(rf"^{name}\b"))


def stages(page: Page) -> Locator:
    """The stages on the critical path of the selected turn."""
    return page.get_by_role("group", name="Critical path").get_by_role("button")


async def test_the_turns_of_a_call_are_drawn_and_saved(
    open_page: OpenPage, serve_page: ServePage, livekit: Stack, call_fake: CallFake
) -> None:
    """Turns from the room's text stream are drawn at once, and saved with the transcript."""
    page = await open_page(await serve_page(livekit_url=livekit.livekit_url))
    await expect(page.get_by_text("Each turn's time appears here")).to_be_visible()
    save = page.get_by_role("button", name="Save the call as JSON")
    await expect(save).to_be_disabled()
    agent = await call_fake(page)

    await agent.report(GREETING)
    await expect(headline(page)).to_contain_text("Greeting 359 ms within budget")
    await expect(page.get_by_text("of 0 turns")).to_be_visible()
    await agent.report(FIRST, BARGE_IN, "{not json", SLOW)
    await expect(headline(page)).to_contain_text("Turn 3 1602 ms 402 ms over budget")
    await expect(page.get_by_role("option")).to_have_count(4)
    await expect(page.locator("#rates")).to_have_text(
        "p50 937 ms p90 1602 ms p95 1602 ms of 2 turns"
    )
    await expect(page.get_by_text("One timing could not be read")).to_contain_text("not JSON")
    await agent.say("Thank you, Asha.")
    await expect(page.locator("article")).to_have_count(1)

    async with page.expect_download() as saving:
        await save.click()
    download = await saving.value
    assert download.suggested_filename == "playground-fixture.json"
    saved = json.loads((await download.path()).read_text())
    assert saved["turns"] == [GREETING, FIRST, BARGE_IN, SLOW]
    (line,) = saved["transcript"]
    assert (line["speaker"], line["text"], line["final"]) == ("agent", "Thank you, Asha.", True)
    assert [each["text"] for each in saved["unread"]] == ["{not json"]

    await page.get_by_role("button", name="Hang up").click()
    await expect(headline(page)).to_be_visible()
    agent = await call_fake(page)
    await expect(headline(page)).to_be_hidden()
    await agent.report(CACHED)
    await expect(page.get_by_role("option")).to_have_count(1)


async def test_only_the_agents_reports_are_drawn(
    open_page: OpenPage,
    serve_page: ServePage,
    livekit: Stack,
    call_fake: CallFake,
    join_fake: CallFake,
) -> None:
    """What another participant sends on the topics of reports and transcript is ignored."""
    page = await open_page(await serve_page(livekit_url=livekit.livekit_url))
    agent = await call_fake(page)
    stranger = await join_fake(agent.room_name, kind="standard")
    await stranger.report(SLOW)
    await stranger.say("The agent said that.")
    await agent.say("I said this.")
    await expect(page.locator("article")).to_have_count(1)
    await expect(page.locator("article")).to_contain_text("I said this.")
    await agent.report(FIRST)
    await expect(page.get_by_role("option")).to_have_count(1)
    await expect(headline(page)).to_contain_text("Turn 1")


async def test_bars_lie_where_the_time_went(show: Callable[..., Awaitable[Page]]) -> None:
    """Stages are named bars, end to end, the longest in bold; beside the path they are hatched."""
    page = await show(FIRST)
    names = await stages(page).locator(".name").all_inner_texts()
    assert names == ["Endpoint", "Commit", "Segmentation", "Pool", "Send", "TTS", "Decode",
                     "Publish", "Play"]  # fmt: skip
    assert (await stages(page).locator(".ms").all_inner_texts())[1] == "312 ms"
    await expect(page.locator("[data-longest] .name")).to_have_text("Commit")
    boxes = [await bar.bounding_box() for bar in await stages(page).locator(".bar").all()]
    for before, after in pairwise(boxes):
        assert before
        assert after
        assert after["x"] == pytest.approx(before["x"] + before["width"], abs=2.5)
        assert after["y"] > before["y"]
    beside = page.get_by_role("group", name="Beside the path").get_by_role("button")
    assert await beside.locator(".name").all_inner_texts() == ["STT", "LLM"]
    hatch = await beside.locator(".bar").first.evaluate("bar => getComputedStyle(bar).background")
    assert "repeating-linear-gradient" in hatch


async def test_the_budget_is_a_line_on_the_axis(show: Callable[..., Awaitable[Page]]) -> None:
    """The line is where the budget ends, and the details of a stage over its limit say so."""
    page = await show(SLOW)
    line = await page.locator(".scale .budget").bounding_box()
    bar = await stages(page).filter(has_text="LLM").locator(".bar").bounding_box()
    assert line
    assert bar
    # The LLM is from 323 to 1228 ms.
    at = bar["x"] + bar["width"] * (1200 - 323.1) / 904.5
    assert line["x"] == pytest.approx(at, abs=2)
    await stages(page).filter(has_text="LLM").hover()
    await expect(page.locator("#details")).to_contain_text("limit 600 ms, over by 305 ms")
    await report(page, BARGE_IN)
    await expect(page.locator(".scale .budget")).to_have_count(0)
    await expect(headline(page)).to_contain_text("within budget")


async def test_flags_are_badges(show: Callable[..., Awaitable[Page]]) -> None:
    """Each has a name, and an explanation under pointer or focus."""
    page = await show()
    for given, expected in (
        (FIRST, ["Preemptive"]),
        (CACHED, ["Preemptive", "Cached"]),
        (BARGE_IN, ["Interrupted"]),
        (SLOW, ["Over budget", "Hedge won", "Filler", "1 retry"]),
        (FALLBACK_TTS, ["Preemptive", "Fallback TTS"]),
    ):
        await report(page, given)
        assert await page.locator("#badges li").all_inner_texts() == expected
    await page.locator("#badges button").last.focus()
    await expect(page.locator("#details")).to_contain_text("The primary TTS failed")


async def test_a_slow_stage_in_a_quick_turn_is_not_called_over_budget(
    show: Callable[..., Awaitable[Page]],
) -> None:
    """The total is what the caller waits; a stage over its own limit has its own badge."""
    breach = {"stage": "endpoint", "ms": 350.0, "limit_ms": 320.0}
    budget = {"tier": "1200", "breaches": [breach], "dominant": "endpoint"}
    page = await show(FIRST | {"budget": budget})
    await expect(headline(page)).to_contain_text("within budget")
    await expect(page.locator("#badges li").first).to_have_text("Slow stage")
    await expect(turn(page, "Turn 1").locator(".sign")).to_have_text("stage")
    greeting = GREETING | {
        "budget": {
            "tier": "1200",
            "breaches": [{"stage": "total", "ms": GREETING["total_ms"], "limit_ms": 100.0}],
            "dominant": "connect",
        }
    }
    page = await show(greeting)
    await expect(headline(page)).to_contain_text("over budget")
    await expect(page.locator(".past .sign")).to_have_text("over")


async def test_the_newest_turn_is_shown_until_another_is_selected(
    show: Callable[..., Awaitable[Page]],
) -> None:
    """An older turn stays selected while newer ones arrive; selecting the newest follows again."""
    page = await show(FIRST, CACHED)
    await turn(page, "Turn 1").click()
    await report(page, SLOW)
    await expect(headline(page)).to_contain_text("Turn 1")
    await turn(page, "Turn 3").click()
    await report(page, FALLBACK_TTS)
    await expect(headline(page)).to_contain_text("Turn 4")


async def test_a_later_report_replaces_the_first(
    show: Callable[..., Awaitable[Page]],
) -> None:
    """A turn that is reported twice is one turn."""
    page = await show(FIRST, FIRST | {"flags": {"interrupted": True}})
    await expect(page.get_by_role("option")).to_have_count(1)
    await expect(page.locator("#badges")).to_have_text("Interrupted")
    await expect(page.locator("#turn-count")).to_have_text("1 turn")


async def test_bars_and_turns_are_reached_by_keyboard(show: Callable[..., Awaitable[Page]]) -> None:
    """Tab reaches bars and turns, arrows move between them, and a new turn takes no focus."""
    page = await show(GREETING, FIRST, CACHED)
    await stages(page).first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(stages(page).nth(1)).to_be_focused()
    await expect(page.locator("#details")).to_contain_text("Commit, 118 ms")
    await report(page, SLOW)
    await expect(stages(page).nth(1)).to_be_focused()
    await expect(page.locator("#details")).to_contain_text("STT, 42 ms")
    await page.keyboard.press("End")
    await expect(page.locator("#details")).to_contain_text("the first request was faster")
    await page.keyboard.press("Tab")
    await expect(turn(page, "Turn 3")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(turn(page, "Turn 2")).to_be_focused()
    await expect(turn(page, "Turn 2")).to_have_attribute("aria-selected", "true")
    await expect(headline(page)).to_contain_text("Turn 2")
    await report(page, FALLBACK_TTS)
    await expect(turn(page, "Turn 2")).to_be_focused()
    await page.keyboard.press("End")
    await expect(headline(page)).to_contain_text("Greeting")


async def test_a_doubtful_sum_is_shown(show: Callable[..., Awaitable[Page]]) -> None:
    """Where stages and total disagree, the details say so."""
    page = await show(FIRST | {"total_ms": 2000.0})
    await expect(page.locator("#details")).to_contain_text("The stages sum to 937 ms")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_bars_contrast_with_the_page(
    show: Callable[..., Awaitable[Page]], scheme: str
) -> None:
    """In both colour schemes; and nothing moves where motion is unwanted."""
    page = await show(SLOW, color_scheme=scheme)
    assert await page.evaluate(CONTRAST) >= 3
    bar = stages(page).locator(".bar").first
    assert await bar.evaluate("bar => getComputedStyle(bar).animationName") == "none"


@pytest.mark.parametrize("width", [320, 390, 768, 900])
async def test_a_narrow_screen_shows_one_view(
    show: Callable[..., Awaitable[Page]], width: int
) -> None:
    """A button for each view shows it, and nothing is beyond the screen."""
    page = await show(*TURNS, viewport={"width": width, "height": 800})
    view = page.get_by_role("navigation", name="Views").get_by_role("button", name="Timing 830 ms")
    await page.evaluate("document.querySelector('.views [data-view=tuning]').hidden = false")
    await expect(page.locator("#lines")).to_be_visible()
    box = await view.bounding_box()
    assert box
    assert box["height"] >= 44
    await view.click()
    await expect(page.locator("#lines")).to_be_hidden()
    await expect(headline(page)).to_be_in_viewport()
    await stages(page).filter(has_text="TTS").click()
    await expect(page.locator("#details")).to_be_in_viewport(ratio=1)
    await expect(page.locator("#details")).to_contain_text("TTS, 331 ms")
    root = "document.documentElement"
    assert await page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    assert await page.evaluate(f"{root}.scrollHeight <= {root}.clientHeight")


@pytest.mark.parametrize("width", [320, 390, 768, 900, 1280, 1600])
async def test_names_and_the_save_button_are_not_cut_off(
    show: Callable[..., Awaitable[Page]], width: int
) -> None:
    """Bars and percentiles make room for them in a narrow column."""
    page = await show(*TURNS, viewport={"width": width, "height": 900})
    view = page.get_by_role("navigation", name="Views").get_by_role("button", name="Timing")
    if await view.is_visible():
        await view.click()
    await turn(page, "Turn 3").click()
    await expect(stages(page)).to_have_count(12)
    for name in await stages(page).locator(".name").all():
        assert await name.evaluate("name => name.scrollWidth <= name.clientWidth")
    save = page.get_by_role("button", name="Save the call as JSON")
    inside = "save => save.getBoundingClientRect().right <= save.parentElement.clientWidth"
    inside += " + save.parentElement.getBoundingClientRect().left"
    assert await save.evaluate(inside)
