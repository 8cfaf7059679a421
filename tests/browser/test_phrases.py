"""The page of the phrases, as its user sees and hears it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from livekit.plugins import sarvam_pooled
from playwright.async_api import Page, expect

from agent.phrases.page import write_page
from tests.support.clinic import TABLE, phrases

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_clock]

OpenPage = Callable[..., Awaitable[Page]]

NOTE_ENDS = """
window.ended = [];
document.querySelectorAll("audio").forEach((audio, place) => {
  audio.addEventListener("ended", () => ended.push(place));
});
"""


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Three phrases in two languages, and the page beside them, as a file."""
    store = sarvam_pooled.PhraseStore(tmp_path / "my phrases")
    for language, text in (
        ("en-IN", phrases("en-IN").greeting),
        ("en-IN", "Sure."),
        ("hi-IN", phrases("hi-IN").greeting),
    ):
        key = sarvam_pooled.TTS(api_key="k", target_language_code=language).engine.phrase_key(text)
        pcm = bytes(24_000 * 2 // 2)
        store.put(sarvam_pooled.Phrase(key=key, pcm=pcm, sample_rate=24_000, created=0))
    return write_page(store, TABLE, {"en-IN": "English", "hi-IN": "Hindi"}).as_uri()


async def test_phrases_play_one_after_the_other(open_page: OpenPage, address: str) -> None:
    """From the disk, to their ends, each highlighted while it plays."""
    page = await open_page(address, microphone=False)
    playing = page.locator("li.playing")
    await page.evaluate(NOTE_ENDS)
    await page.get_by_role("button", name="Play all").click()
    await expect(playing).to_have_count(1)
    await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    await expect(playing).to_have_count(0)
    assert await page.evaluate("ended") == [0, 1, 2]
    await expect(page.get_by_role("button", name="Play all")).to_be_visible()
    await expect(page.locator(".broken")).to_have_count(0)


async def test_one_phrase_plays_and_stops(open_page: OpenPage, address: str) -> None:
    """Starting another phrase stops it, and so does Escape."""
    page = await open_page(address, microphone=False)
    await page.get_by_role("button", name="Play: Sure.").click()
    await expect(page.locator("li.playing p")).to_have_text("Sure.")
    await page.get_by_role("button", name=f"Play: {phrases('hi-IN').greeting}").click()
    await expect(page.locator("li.playing p")).to_have_text(phrases("hi-IN").greeting)
    await page.keyboard.press("Escape")
    await expect(page.locator("li.playing")).to_have_count(0)


async def test_phrases_are_found_by_text_kind_and_language(
    open_page: OpenPage, address: str
) -> None:
    """Other phrases are hidden, and so is a language without any."""
    page = await open_page(address, microphone=False)
    search = page.get_by_role("searchbox")
    for wanted, number in (("SURE", 1), ("greeting", 2), ("hindi", 1), ("", 3)):
        await search.fill(wanted)
        await expect(page.locator("li:visible")).to_have_count(number)
    await search.fill("nothing has this")
    await expect(page.get_by_text("No phrase matches.")).to_be_visible()
    await expect(page.locator("section:visible")).to_have_count(0)


async def test_a_missing_file_is_marked(open_page: OpenPage, address: str, tmp_path: Path) -> None:
    """The store may have evicted it since; the others still play."""
    for path in (tmp_path / "my phrases").rglob("sure-*.wav"):
        path.unlink()
    page = await open_page(address, microphone=False)
    await page.get_by_role("button", name="Play all").click()
    await expect(page.locator(".broken p")).to_have_text("Sure.")
    await expect(page.locator("li.playing p")).to_have_text(phrases("hi-IN").greeting)
    await expect(page.locator("li.playing")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_page_fits(open_page: OpenPage, address: str, width: int) -> None:
    """Nothing is cut off on a phone."""
    page = await open_page(address, microphone=False, viewport={"width": width, "height": 700})
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_page_plays_without_scripts(open_page: OpenPage, address: str) -> None:
    """The browser's own players are shown."""
    page = await open_page(address, microphone=False, java_script_enabled=False)
    await expect(page.locator("audio[controls]:visible")).to_have_count(3)
    await expect(page.get_by_role("searchbox")).to_be_hidden()
