"""What the page says when something is missing, and what it does next."""

from __future__ import annotations

import re
import socket
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, WebSocketRoute, expect

from playground import library
from playground.server import create_app
from playground.settings import Settings
from sandbox.stack.stack import Stack

OpenPage = Callable[..., Awaitable[Page]]
ServePage = Callable[..., Awaitable[str]]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_clock]

# A microphone that a test can unplug: the browser finds none while `unplugged` is true.
PLUG = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.unplugged = false;
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    if (window.unplugged) throw new DOMException("no device", "NotFoundError");
    const stream = await ask(constraints);
    window.unplug = () => {
      window.unplugged = true;
      stream.getAudioTracks()[0].dispatchEvent(new Event("ended"));
    };
    return stream;
  };
"""


async def expect_notice(page: Page, title: str, text: str) -> None:
    """The page shows a notice that screen readers announce."""
    notices = page.get_by_role("alert")
    await expect(notices).to_contain_text(title)
    await expect(notices).to_contain_text(text)


async def start(page: Page) -> None:
    """Press the button."""
    await page.get_by_role("button", name="Start call").click()


async def test_a_missing_livekit_server_is_reported(
    open_page: OpenPage, serve_page: ServePage
) -> None:
    """The notice names the address, and the caller can try again."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    page = await open_page(await serve_page(livekit_url=f"ws://127.0.0.1:{port}"))
    await start(page)
    await expect_notice(page, "LiveKit server not reached", f"ws://127.0.0.1:{port}")
    await expect(page.get_by_role("status")).to_have_text("Not connected")
    await expect(page.get_by_role("button", name="Try again")).to_be_focused()


async def test_a_wrong_key_is_reported(
    open_page: OpenPage, serve_page: ServePage, livekit: Stack
) -> None:
    """A server that does not know the key is distinguished from one that is down."""
    wrong = "this-is-another-secret-of-32-letters"
    url = await serve_page(livekit_url=livekit.livekit_url, livekit_api_secret=wrong)
    page = await open_page(url)
    await start(page)
    await expect_notice(page, "refused the call", "LIVEKIT_API_SECRET")


async def test_a_missing_agent_is_reported(
    open_page: OpenPage, serve_page: ServePage, livekit: Stack
) -> None:
    """If no agent joins within some seconds the page says so, and the call can be ended."""
    url = await serve_page(livekit_url=livekit.livekit_url, agent_name="nobody")
    page = await open_page(url)
    await page.clock.install()
    await page.reload()
    await start(page)
    await expect(page.get_by_role("status")).to_have_text("Calling the agent")
    await page.clock.fast_forward("00:10")
    await expect_notice(page, "No agent joined", "Is the worker “nobody” running?")
    await page.get_by_role("button", name="Hang up").click()
    await expect(page.get_by_role("status")).to_have_text("Call ended")


async def test_a_lost_connection_is_reported(
    open_page: OpenPage, serve_page: ServePage, livekit: Stack
) -> None:
    """While the page reconnects the caller can hang up."""
    page = await open_page(await serve_page(livekit_url=livekit.livekit_url))
    signalling: list[WebSocketRoute] = []

    def relay(route: WebSocketRoute) -> None:
        route.connect_to_server()
        signalling.append(route)

    await page.route_web_socket(re.compile(r"/rtc\b"), relay)
    await start(page)
    await expect(page.get_by_role("status")).to_have_text("Calling the agent")
    await page.context.set_offline(True)
    await signalling[0].close(code=4000)
    await expect(page.get_by_role("status")).to_have_text("Reconnecting")
    await page.get_by_role("button", name="Hang up").click()
    await expect(page.get_by_role("status")).to_have_text("Call ended")


async def test_a_missing_server_of_the_page_is_reported(
    open_page: OpenPage, serve_page: ServePage
) -> None:
    """A page that outlives its server says which server is down."""
    page = await open_page(await serve_page(livekit_url="ws://127.0.0.1:9"))
    await expect(page.get_by_role("button", name="Start call")).to_be_enabled()
    await page.route("**/api/visit", lambda route: route.abort())
    await start(page)
    await expect_notice(page, "The playground's server is down", "make run")


async def test_a_call_from_an_insecure_address_is_typed(
    open_page: OpenPage, serve_page: ServePage, livekit: Stack
) -> None:
    """Where browsers allow no microphone the page says why, and the caller can type."""
    password = "opens the page to others"
    address = await serve_page(
        livekit_url=livekit.livekit_url,
        playground_allowed_hosts=("playground.test",),
        playground_password=password,
    )
    page = await open_page(
        address.replace("127.0.0.1", "playground.test"),
        http_credentials={"username": "anybody", "password": password},
    )
    await start(page)
    await expect_notice(page, "No microphone at this address", "http://localhost")
    await expect(page.get_by_label("Message to the agent")).to_be_enabled()


async def test_an_unplugged_microphone_can_be_replaced(
    open_page: OpenPage, serve_page: ServePage, livekit: Stack
) -> None:
    """A microphone that is lost during a call is reported, and a button opens the next one."""
    page = await open_page(await serve_page(livekit_url=livekit.livekit_url))
    await page.add_init_script(PLUG)
    await page.reload()
    await start(page)
    await expect(page.get_by_role("status")).to_have_text("Calling the agent")
    await page.evaluate("unplug()")
    await expect_notice(page, "The microphone stopped", "Until it is back you can type.")
    await page.get_by_role("button", name="Try again").click()
    await expect_notice(page, "No microphone found", "Plug one in")
    await page.evaluate("unplugged = false")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("button", name="Mute")).to_be_visible()
    await expect(page.get_by_role("alert")).to_be_hidden()


async def test_a_missing_library_is_reported(open_page: OpenPage, tmp_path: Path) -> None:
    """The notice has the command that installs LiveKit's library."""
    settings = Settings(
        livekit_url="ws://127.0.0.1:9",
        livekit_api_key="key",
        livekit_api_secret="secret",
    )
    async with TestServer(create_app(settings, root=tmp_path)) as server:
        page = await open_page(str(server.make_url("/")))
        await expect_notice(page, "The page is incomplete", library.INSTALL)
