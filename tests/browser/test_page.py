"""The page without a call: its modules, keyboard and layout."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

OpenPage = Callable[..., Awaitable[Page]]
ServePage = Callable[..., Awaitable[str]]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_clock]

# Runs updates through a Transcript; returns what it reported, as [text, final] pairs.
TRANSCRIPT = """async (updates) => {
  const { Transcript } = await import("/page/transcript.js");
  const reported = [];
  const transcript = new Transcript(({ text, final }) => reported.push([text, final]));
  for (const [id, text, final] of updates) {
    transcript.update({ id, speaker: "caller", text, final });
  }
  transcript.close();
  return reported;
}"""

# Lets a Transcript follow a stream that yields pieces and then ends, or fails if `breaks`.
FOLLOW = """async ([speaker, pieces, attributes, breaks]) => {
  const { Transcript } = await import("/page/transcript.js");
  const reported = [];
  const transcript = new Transcript(({ id, text, final }) => reported.push([id, text, final]));
  const reader = {
    info: { id: "stream", attributes },
    async *[Symbol.asyncIterator]() {
      yield* pieces;
      if (breaks) throw new Error("cut");
    },
  };
  await transcript.follow(reader, speaker);
  return reported;
}"""

DESCRIBE = """async (snapshot) => {
  const { describe } = await import("/page/state.js");
  return describe(snapshot);
}"""

# Shows `count` turns in the page's own transcript; defines `show`, which adds one more.
SHOW = """async (count) => {
  const { Log } = await import("/page/log.js");
  const part = (id) => document.getElementById(id);
  const places = { lines: part("lines"), empty: part("empty"), announcer: part("announcer") };
  const log = new Log(places, () => 0);
  window.show = (number) => {
    const speaker = number % 2 ? "agent" : "caller";
    log.show({ id: `${number}`, speaker, text: `Line ${number}`, final: true, typed: false });
  };
  for (let number = 0; number < count; number += 1) show(number);
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def page(open_page: OpenPage, serve_page: ServePage) -> Page:
    """The page, ready for a call that no agent will answer."""
    page = await open_page(await serve_page(livekit_url="ws://127.0.0.1:9"))
    await expect(page.get_by_role("button", name="Start call")).to_be_enabled()
    return page


async def test_a_final_transcript_replaces_interim_ones(page: Page) -> None:
    """Each interim transcript replaces the one before; a final one does not change."""
    updates: list[list[Any]] = [
        ["a", "I would", False],
        ["a", "I would like", False],
        ["a", "I would like an appointment.", True],
        ["a", "I would like an", False],
        ["b", "  ", False],
    ]
    assert await page.evaluate(TRANSCRIPT, updates) == [
        ["I would", False],
        ["I would like", False],
        ["I would like an appointment.", True],
    ]


async def test_the_end_of_a_call_makes_all_segments_final(page: Page) -> None:
    """An interim transcript does not stay interim for ever."""
    reported = await page.evaluate(TRANSCRIPT, [["a", "Hello", True], ["b", "I wou", False]])
    assert reported[-1] == ["I wou", True]
    assert len(reported) == 3


async def test_the_agents_words_grow(page: Page) -> None:
    """The agent's stream is shown as it comes and is final when it ends, even if it is cut off."""
    for breaks in (False, True):
        arguments = ["agent", ["Good ", "morning."], {"lk.segment_id": "SG_1"}, breaks]
        assert await page.evaluate(FOLLOW, arguments) == [
            ["SG_1", "Good", False],
            ["SG_1", "Good morning.", False],
            ["SG_1", "Good morning.", True],
        ]


async def test_a_stream_of_the_caller_is_one_transcript(page: Page) -> None:
    """It is final only if it is marked as final."""
    marked = {"lk.segment_id": "SG_1", "lk.transcription_final": "true"}
    for attributes, expected in (
        (marked, ["SG_1", "Hello", True]),
        ({}, ["stream", "Hello", False]),
    ):
        arguments = ["caller", ["Hel", "lo"], attributes, False]
        assert await page.evaluate(FOLLOW, arguments) == [expected]


async def test_every_state_has_words_and_its_own_form(page: Page) -> None:
    """Listening, thinking and speaking differ in word and shape; an unknown state has words too."""
    shown = [
        await page.evaluate(DESCRIBE, {"phase": "talking", "agent": agent, "microphone": "live"})
        for agent in ("listening", "thinking", "speaking", "something new")
    ]
    assert [each["word"] for each in shown] == [
        "Listening",
        "Thinking",
        "Speaking",
        "Getting ready",
    ]
    assert len({each["form"] for each in shown}) == 4
    muted = {"phase": "talking", "agent": "listening", "microphone": "muted"}
    assert (await page.evaluate(DESCRIBE, muted))["hint"] == "You are muted."


async def test_simulated_providers_are_named(open_page: OpenPage, serve_page: ServePage) -> None:
    """The page names the providers that are stand-ins, and is silent if there is none."""
    banner = "Simulated providers"
    url = await serve_page(livekit_url="ws://127.0.0.1:9", sandbox_providers=("sarvam", "openai"))
    page = await open_page(url)
    await expect(page.get_by_text(banner)).to_have_text("Simulated providers: Sarvam, OpenAI.")
    page = await open_page(await serve_page(livekit_url="ws://127.0.0.1:9"))
    await expect(page.get_by_role("button", name="Start call")).to_be_enabled()
    await expect(page.get_by_text(banner)).to_be_hidden()


async def test_a_call_can_be_started_by_keyboard(page: Page) -> None:
    """The button is the first stop of the Tab key, has a visible ring, and Enter presses it."""
    await page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Start call")
    await expect(button).to_be_focused()
    assert await button.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Try again")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_the_page_fits_the_screen(
    open_page: OpenPage, serve_page: ServePage, width: int
) -> None:
    """On phone and desktop nothing needs scrolling, and buttons are as large as a finger."""
    url = await serve_page(livekit_url="ws://127.0.0.1:9", sandbox_providers=("sarvam", "openai"))
    page = await open_page(url, viewport={"width": width, "height": 800})
    button = page.get_by_role("button", name="Start call")
    await expect(button).to_be_enabled()
    await expect(button).to_be_in_viewport(ratio=1)
    await expect(page.get_by_label("Message to the agent")).to_be_in_viewport(ratio=1)
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    root = "document.documentElement"
    assert await page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    assert await page.evaluate(f"{root}.scrollHeight <= {root}.clientHeight")


async def test_the_transcript_stays_at_its_end(page: Page) -> None:
    """New lines are visible, on a smaller screen too, until the user scrolls back."""
    lines = page.locator("#lines")
    await page.evaluate(SHOW, 40)
    await expect(lines.get_by_text("Line 39")).to_be_in_viewport()
    await page.set_viewport_size({"width": 390, "height": 640})
    await expect(lines.get_by_text("Line 39")).to_be_in_viewport()
    await lines.hover()
    await page.mouse.wheel(0, -10_000)
    await expect(lines.get_by_text("Line 0", exact=True)).to_be_in_viewport()
    await page.evaluate("show(40)")
    await expect(lines.get_by_text("Line 40")).to_be_attached()
    await expect(lines.get_by_text("Line 40")).not_to_be_in_viewport()
