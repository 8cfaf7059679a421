"""A headless Chromium with a fake microphone, and stacks and agents for it to call.

One browser and one stack serve all tests of this folder; each test has its own page, with its own
permissions, storage and call.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from livekit import api, rtc
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from playground.server import serve
from playground.settings import Settings
from sandbox.stack.environment import PROVIDERS
from sandbox.stack.stack import Stack, StackOptions, stack
from sandbox.voice import speak

RATE = 48000
SAYS = "I would like an appointment"
# Seconds of silence in the fake microphone: while the agent greets, and after the line.
BEFORE = 7.0
AFTER = 20.0

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Chromium's own requests to the internet.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    # A host name that is not a loopback name, as other machines would use.
    "--host-resolver-rules=MAP playground.test 127.0.0.1",
]

# Milliseconds for what must come; instead of 5 s, which a busy machine may need.
expect.set_options(timeout=30_000)

OpenPage = Callable[..., Awaitable[Page]]
ServePage = Callable[..., Awaitable[str]]
CallFake = JoinFake = Callable[..., Awaitable["FakeAgent"]]


def chromium() -> str:
    """Chromium's path, from CHROMIUM or PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert path, "The browser tests need Chromium: install it, or name it in CHROMIUM."
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WAV file of the caller's line, with silence around it."""
    line = await speak(SAYS, sample_rate=RATE)
    path = tmp_path_factory.mktemp("microphone") / "caller.wav"
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(int(BEFORE * RATE) * 2) + line + bytes(int(AFTER * RATE) * 2))
    path.write_bytes(content.getvalue())
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(spoken: Path) -> AsyncIterator[Browser]:
    """Chromium with the fake microphone."""
    sandboxing = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(),
            args=[*FLAGS, *sandboxing, f"--use-file-for-fake-audio-capture={spoken}"],
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """Opens an address as a new visitor. The test fails if the page throws or breaks its policy."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security" in message.text:
            faults.append(message.text)

    async with AsyncExitStack() as contexts:

        async def open_page(url: str, *, microphone: bool = True, **options: Any) -> Page:
            context = await browser.new_context(**options)
            contexts.push_async_callback(context.close)
            if microphone:
                await context.grant_permissions(["microphone"])
            page = await context.new_page()
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", note)
            await page.goto(url)
            return page

        yield open_page
    assert not faults


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def real(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """The whole stack: LiveKit server, stand-ins, worker and playground."""
    folder = tmp_path_factory.mktemp("stack")
    options = StackOptions(environ=environment(), env_file=folder / ".env", logs=folder)
    async with stack(options) as up:
        yield up


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def livekit(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A LiveKit server without an agent."""
    folder = tmp_path_factory.mktemp("livekit")
    keys = {f"{provider.upper()}_API_KEY": "none-is-called" for provider in PROVIDERS}
    options = StackOptions(
        environ=environment() | keys,
        env_file=folder / ".env",
        logs=folder,
        with_worker=False,
        with_playground=False,
    )
    async with stack(options) as up:
        yield up


def environment() -> dict[str, str]:
    """This process's environment without servers and keys of real providers."""
    elsewhere = ("LIVEKIT_URL", "AGENT_NAME", *(f"{name.upper()}_API_KEY" for name in PROVIDERS))
    return {name: value for name, value in os.environ.items() if name not in elsewhere}


@pytest_asyncio.fixture(loop_scope="session")
async def serve_page(livekit: Stack) -> AsyncIterator[ServePage]:
    """Serves a playground with these settings and returns its address. Its tokens are for the
    server without an agent."""
    async with AsyncExitStack() as running:

        async def serve_page(**changes: Any) -> str:
            values = {
                "livekit_api_key": livekit.api_key,
                "livekit_api_secret": livekit.api_secret,
                "playground_port": 0,
            }
            settings = Settings(**{**values, **changes})
            return await running.enter_async_context(serve(settings))

        yield serve_page


class FakeAgent:
    """Joins a room in place of a worker: reports turns and answers `agent.switches`."""

    def __init__(self, room: rtc.Room, switches: dict[str, Any] | None) -> None:
        self.switches = switches or {}
        self.refuses = False
        # The requested changes, in order.
        self.asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.room_name = room.name
        self._me = room.local_participant
        if switches is not None:
            self._me.register_rpc_method("agent.switches", self._answer)

    async def report(self, *turns: dict[str, Any] | str) -> None:
        """Publish turns as the worker does; a string is sent as it is."""
        for turn in turns:
            text = turn if isinstance(turn, str) else json.dumps(turn)
            await self._me.send_text(text, topic="agent.latency")

    async def say(self, text: str) -> None:
        """Send a segment of the transcript."""
        await self._me.send_text(text, topic="lk.transcription")

    async def _answer(self, call: rtc.RpcInvocationData) -> str:
        changes = json.loads(call.payload)
        if changes and self.refuses:
            raise rtc.RpcError(1, "not now")
        if changes:
            self.asked.put_nowait(changes)
        self.switches.update(changes)
        return json.dumps(self.switches)


@asynccontextmanager
async def answering(
    stack: Stack, room_name: str, *, kind: Any = "agent", switches: dict[str, Any] | None = None
) -> AsyncIterator[FakeAgent]:
    """A participant of this room; without `switches` it lacks the method."""
    token = (
        api.AccessToken(stack.api_key, stack.api_secret)
        .with_identity(f"{kind}-in-name")
        .with_kind(kind)
        .with_grants(api.VideoGrants(room_join=True, room=room_name, can_update_own_metadata=True))
    )
    room = rtc.Room()
    await room.connect(stack.livekit_url, token.to_jwt())
    try:
        agent = FakeAgent(room, switches)
        await room.local_participant.set_attributes({"lk.agent.state": "listening"})
        yield agent
    finally:
        await room.disconnect()


@pytest_asyncio.fixture(loop_scope="session")
async def join_fake(livekit: Stack) -> AsyncIterator[JoinFake]:
    """Lets a `FakeAgent` join a room (see `answering`); it leaves after the test."""
    async with AsyncExitStack() as calls:

        async def join_fake(room_name: str, **options: Any) -> FakeAgent:
            return await calls.enter_async_context(answering(livekit, room_name, **options))

        yield join_fake


@pytest.fixture
def call_fake(join_fake: JoinFake) -> CallFake:
    """Starts a call from a page and lets a `FakeAgent` answer it."""

    async def call_fake(page: Page, **options: Any) -> FakeAgent:
        async with page.expect_response("**/api/visit") as visit:
            await page.locator("#start").click()
        agent = await join_fake((await (await visit.value).json())["room"], **options)
        # Anything sent before the page has joined the room is lost.
        await expect(page.locator("body[data-phase=talking]")).to_be_attached()
        return agent

    return call_fake
