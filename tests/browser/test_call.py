"""Whole calls from the page to the worker, over a real LiveKit server and simulated providers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from livekit import api
from playwright.async_api import Locator, Page, expect

from sandbox.stack.stack import Stack

OpenPage = Callable[..., Awaitable[Page]]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_clock]

# The largest level that the page plays within 20 seconds, as RMS of full scale; returns early at
# the first level that is clearly not silence.
LOUDNESS = """async () => {
  const audio = document.querySelector("#agent-audio audio");
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  context.createMediaStreamSource(audio.srcObject).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let loudest = 0;
  for (const end = performance.now() + 20000; performance.now() < end && loudest < 0.02; ) {
    await new Promise(requestAnimationFrame);
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    if (!audio.paused && !audio.muted) loudest = Math.max(loudest, Math.sqrt(power));
  }
  await context.close();
  return loudest;
}"""

# A browser that plays no sound before the caller has clicked on the page a second time.
BLOCKS_SOUND = """
  const play = HTMLMediaElement.prototype.play;
  let presses = 0;
  addEventListener("click", () => (presses += 1), true);
  HTMLMediaElement.prototype.play = function () {
    if (presses > 1) return play.call(this);
    return Promise.reject(new DOMException("no gesture", "NotAllowedError"));
  };
"""


@pytest_asyncio.fixture(loop_scope="session")
async def livekit_api(real: Stack) -> AsyncIterator[api.LiveKitAPI]:
    """The LiveKit server's own view of the rooms."""
    url = real.livekit_url.replace("ws", "http", 1)
    async with api.LiveKitAPI(url, real.api_key, real.api_secret) as client:
        yield client


def turns(page: Page, speaker: str) -> Locator:
    """The turns of one side in the transcript."""
    return page.locator(f"article[data-speaker={speaker}]")


async def start(page: Page) -> None:
    """Press the button and wait for the agent to answer."""
    await page.get_by_role("button", name="Start call").click()
    await expect(page.locator("body[data-phase=talking]")).to_be_attached()


async def expect_microphones(client: api.LiveKitAPI, *expected: bool) -> None:
    """Wait until callers publish exactly these microphones, each muted (True) or not."""
    async with asyncio.timeout(30):
        while (found := await _microphones(client)) != list(expected):
            assert len(found) < 2
            await asyncio.sleep(0.05)


async def _microphones(client: api.LiveKitAPI) -> list[bool]:
    muted = []
    for room in (await client.room.list_rooms(api.ListRoomsRequest())).rooms:
        request = api.ListParticipantsRequest(room=room.name)
        for person in (await client.room.list_participants(request)).participants:
            if person.identity.startswith("caller-"):
                muted += [track.muted for track in person.tracks]
    return muted


async def test_a_caller_talks_with_the_agent(
    open_page: OpenPage, real: Stack, livekit_api: api.LiveKitAPI
) -> None:
    """The agent greets, understands the caller and answers; the transcript has both sides."""
    assert real.playground_url
    page = await open_page(real.playground_url)
    await start(page)

    greeting = turns(page, "agent").first
    await expect(greeting).to_contain_text(re.compile("clinic", re.IGNORECASE))
    assert await page.evaluate(LOUDNESS) > 0.02

    said = turns(page, "caller").first
    await expect(said).to_contain_text(re.compile("appointment", re.IGNORECASE))
    answer = turns(page, "agent").nth(1)
    await expect(answer).to_contain_text(re.compile(r"\w+ \w+"))
    assert await page.evaluate(LOUDNESS) > 0.02
    await expect(page.get_by_role("timer")).to_have_text(re.compile(r"0:[0-5]\d"))
    await expect(said.locator(".interim")).to_have_count(0)

    await expect_microphones(livekit_api, False)
    await page.keyboard.press("m")
    await expect(page.get_by_role("button", name="Unmute")).to_be_visible()
    await expect(page.get_by_text("Microphone muted")).to_be_visible()
    await expect_microphones(livekit_api, True)

    await page.get_by_role("button", name="Hang up").click()
    await expect(page.get_by_role("status")).to_have_text("Call ended")
    await expect(page.locator("audio")).to_have_count(0)
    await expect_microphones(livekit_api)


async def test_a_caller_without_a_microphone_types(open_page: OpenPage, real: Stack) -> None:
    """A caller who refuses the microphone can type, and hears the answer once sound is allowed."""
    assert real.playground_url
    page = await open_page(real.playground_url, microphone=False)
    await page.add_init_script(BLOCKS_SOUND)
    await page.reload()
    await start(page)
    notices = page.get_by_role("alert")
    await expect(notices).to_contain_text("Microphone refused")
    await expect(notices).to_contain_text("The browser blocks the sound")
    await page.get_by_role("button", name="Turn on sound").click()
    await expect(notices).not_to_contain_text("sound")

    message = page.get_by_label("Message to the agent")
    await message.fill("When are you open?")
    await message.press("Enter")
    await expect(turns(page, "caller")).to_contain_text(
        re.compile(r"You, typed.*When are you open\?")
    )
    await expect(message).to_be_empty()
    answer = turns(page, "agent").filter(has_text=re.compile(r"open", re.IGNORECASE))
    await expect(answer.first).to_be_visible()
    assert await page.evaluate(LOUDNESS) > 0.02
    await expect(page.get_by_role("button", name="Mute")).to_be_disabled()
