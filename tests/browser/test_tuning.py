"""The tuning section: the agent's switches over RPC, and the delays and faults of stand-ins."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Locator, Page, expect

from sandbox.conditions import Fault, Latency
from sandbox.stack.stack import Stack
from sandbox.standin import StandIn, serve

OpenPage = Callable[..., Awaitable[Page]]
ServePage = Callable[..., Awaitable[str]]
CallFake = Callable[..., Awaitable[Any]]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_clock]

ALL = {"cache": True, "hedge": True, "first_clause": False, "parallel": 3}


class SilentTTS(StandIn):
    """A stand-in that has delays and faults, but answers no request."""

    name = "sarvam"

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """It has none."""


@pytest.fixture
def tts() -> SilentTTS:
    """One in ten replies is slow, and one in a hundred is over the quota."""
    return SilentTTS(
        faults=(Fault(kind="slow", probability=0.1), Fault(kind="quota", probability=0.01))
    )


@pytest_asyncio.fixture(loop_scope="session")
async def tuned(open_page: OpenPage, serve_page: ServePage, tts: SilentTTS) -> AsyncIterator[Page]:
    """A page that knows the stand-in."""
    async with serve(tts) as address:
        url = await serve_page(
            livekit_url="ws://127.0.0.1:9", sandbox_stand_ins={"sarvam": address}
        )
        yield await open_page(url)


def switch(page: Page, name: str) -> Locator:
    """One of the agent's switches."""
    return page.get_by_role("switch", name=re.compile(name))


async def asked(agent: Any) -> dict[str, Any]:
    """The next change that the agent receives."""
    return await asyncio.wait_for(agent.asked.get(), timeout=30)


async def test_switches_show_and_change_the_agents_state(
    open_page: OpenPage, serve_page: ServePage, livekit: Stack, call_fake: CallFake
) -> None:
    """A change that the agent refuses is undone on the page."""
    page = await open_page(await serve_page(livekit_url=livekit.livekit_url))
    await expect(page.locator("#tuning")).to_be_hidden()
    agent = await call_fake(page, switches=dict(ALL))
    await expect(switch(page, "Phrase cache")).to_be_checked()
    await expect(switch(page, "First clause")).not_to_be_checked()
    await expect(page.locator("#stand-ins-group")).to_be_hidden()

    await switch(page, "Hedge").click()
    assert await asked(agent) == {"hedge": False}
    await switch(page, "First clause").focus()
    await page.keyboard.press("Space")
    assert await asked(agent) == {"first_clause": True}
    await page.get_by_role("slider", name=re.compile("Parallel")).focus()
    await page.keyboard.press("ArrowRight")
    assert await asked(agent) == {"parallel": 4}
    await expect(switch(page, "Hedge")).not_to_be_checked()

    agent.refuses = True
    await switch(page, "Phrase cache").click()
    await expect(page.get_by_text("The agent did not accept the change.")).to_be_visible()
    await expect(switch(page, "Phrase cache")).to_be_checked()
    await page.get_by_role("button", name="Hang up").click()
    await expect(page.locator("#tuning")).to_be_hidden()


async def test_only_the_switches_that_the_agent_names_are_shown(
    open_page: OpenPage, serve_page: ServePage, livekit: Stack, call_fake: CallFake
) -> None:
    """An agent without the method has no switches."""
    page = await open_page(await serve_page(livekit_url=livekit.livekit_url))
    agent = await call_fake(page)
    await agent.report("{}")
    await expect(page.get_by_text("One timing could not be read")).to_be_visible()
    await expect(page.locator("#tuning")).to_be_hidden()
    await page.get_by_role("button", name="Hang up").click()
    await call_fake(page, switches={"hedge": False, "later": True})
    await expect(page.get_by_role("switch")).to_have_count(1)
    await expect(switch(page, "Hedge")).not_to_be_checked()


async def test_a_slider_shows_and_changes_a_delay(tuned: Page, tts: SilentTTS) -> None:
    """By keyboard too; the section says that the delays are simulated."""
    await expect(tuned.get_by_role("group", name="Delays and faults simulated")).to_be_visible()
    network = tuned.get_by_role("slider", name="All: Network round trip")
    await expect(network).to_have_attribute("aria-valuetext", "40 ms")
    await network.focus()
    async with tuned.expect_response("**/api/stand-ins/sarvam"):
        await tuned.keyboard.press("ArrowRight")
    assert tts.conditions.latency == Latency(round_trip=0.045)
    await tuned.get_by_text("Sarvam TTS").click()
    first = tuned.get_by_role("slider", name="Sarvam: First audio after")
    async with tuned.expect_response("**/api/stand-ins/sarvam"):
        await first.fill("600")
    assert tts.conditions.latency == Latency(round_trip=0.045, first_byte=0.6)
    await expect(tuned.locator("summary")).to_contain_text("600 ms, slow 10 %")


async def test_a_slider_changes_a_fault_and_reset_restores_it(tuned: Page, tts: SilentTTS) -> None:
    """A slider changes no other fault; Reset restores all as they were before the page."""
    began = tts.conditions.faults
    tts.stats["faults_slow"] = 2
    await tuned.reload()
    await tuned.get_by_text("Sarvam TTS").click()
    await expect(tuned.get_by_text("occurred 2×")).to_be_visible()
    cut = tuned.get_by_role("slider", name="Sarvam: Cut off halfway")
    await expect(cut).to_have_attribute("aria-valuetext", "0 %")
    async with tuned.expect_response("**/api/stand-ins/sarvam"):
        await cut.fill("20")
    assert tts.conditions.faults == (*began, Fault(kind="drop", probability=0.2))
    async with tuned.expect_response("**/api/stand-ins/sarvam"):
        await tuned.get_by_role("button", name="Reset").click()
    assert tts.conditions.faults == began
    await expect(cut).to_have_attribute("aria-valuetext", "0 %")


async def test_a_stand_in_that_does_not_answer_is_named(
    open_page: OpenPage, serve_page: ServePage
) -> None:
    """The page stays usable."""
    url = await serve_page(
        livekit_url="ws://127.0.0.1:9", sandbox_stand_ins={"sarvam": "127.0.0.1:9"}
    )
    page = await open_page(url)
    await expect(page.get_by_text("The stand-in of sarvam does not answer.")).to_be_visible()
    await expect(page.get_by_role("button", name="Start call")).to_be_enabled()


async def test_every_stand_in_of_the_sandbox_can_be_tuned(open_page: OpenPage, real: Stack) -> None:
    """On the page that the sandbox starts."""
    assert real.playground_url
    page = await open_page(real.playground_url)
    for name in ("Deepgram", "OpenAI", "Sarvam", "Cartesia"):
        summary = page.locator("summary").filter(has_text=name)
        await expect(summary).to_contain_text(re.compile(r"\d+ ms"))
