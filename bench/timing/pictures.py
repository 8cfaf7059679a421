"""Screenshots of the playground's waterfall during a call, for docs/latency.md.

A headless Chromium calls the agent of a whole stack and speaks from a file. All pictures show one
moment of one call, at the width of a desktop and of a phone, light and dark.
"""

from __future__ import annotations

import io
import os
import shutil
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from PIL import Image
from playwright.async_api import Page, ViewportSize, async_playwright, expect

from bench.real_calls import simulated
from sandbox.stack.stack import stack
from sandbox.voice import speak

LINES: Final = (
    "what are your opening hours",
    "I want an appointment with doctor Rao tomorrow at ten",
    "how do I get to the clinic",
    "thank you very much",
)
_RATE: Final = 48000
_BEFORE: Final = 6.0  # seconds of silence while the agent greets
_BETWEEN: Final = 11.0  # and while it answers
_TIMEOUT: Final = 120_000  # ms
_COLOURS: Final = 256  # of a picture: bars and letters need no more


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One picture."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


VIEWS: Final = tuple(
    View(name=f"waterfall-{name}-{scheme}", width=width, height=height, scheme=scheme)
    for name, width, height in (("desktop", 1280, 940), ("phone", 390, 1230))
    for scheme in ("light", "dark")
)


async def take(folder: Path, *, turns: int = 3) -> list[Path]:
    """Call, wait until this many turns were answered, and write the pictures.

    Raises:
        BringUpError: Something cannot be brought up.
        FileNotFoundError: There is no Chromium.
    """
    with TemporaryDirectory(prefix="pictures-") as scratch:
        caller = Path(scratch, "caller.wav")
        await _record(caller, LINES)
        options = simulated(Path(scratch), {}, with_playground=True)
        async with stack(options) as running, _browser(caller) as page:
            assert running.playground_url
            await page.goto(running.playground_url)
            await page.get_by_role("button", name="Start call").click()
            await expect(page.locator("#turn-count")).to_have_text(
                f"{turns} turns", timeout=_TIMEOUT
            )
            # Until the words of the answer are shown, too.
            await page.wait_for_timeout(1500)
            return [await _picture(page, view, folder) for view in VIEWS]


async def _picture(page: Page, view: View, folder: Path) -> Path:
    await page.emulate_media(color_scheme=view.scheme, reduced_motion="reduce")
    await page.set_viewport_size(ViewportSize(width=view.width, height=view.height))
    # A narrow page shows one view at a time.
    views = page.get_by_role("navigation", name="Views")
    if await views.is_visible():
        await views.get_by_role("button", name="Timing").click()
    await page.wait_for_timeout(300)
    shot = await page.screenshot(full_page=True, animations="disabled")
    path = folder / f"{view.name}.png"
    with Image.open(io.BytesIO(shot)) as image:
        small = image.convert("RGB").quantize(_COLOURS, kmeans=2, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
    return path


@asynccontextmanager
async def _browser(microphone: Path) -> AsyncIterator[Page]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        raise FileNotFoundError("no Chromium: install it, or name it in CHROMIUM")
    arguments = [
        "--disable-gpu",
        "--disable-background-networking",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}%noloop",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        context = await browser.new_context(
            viewport=ViewportSize(width=1280, height=940), device_scale_factor=1.5
        )
        await context.grant_permissions(["microphone"])
        yield await context.new_page()
        await browser.close()


async def _record(path: Path, lines: Sequence[str]) -> None:
    """Write a microphone's WAV of these lines."""
    sounds = [await speak(line, sample_rate=_RATE) for line in lines]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(bytes(round(_BEFORE * _RATE) * 2))
        for sound in sounds:
            file.writeframes(sound + bytes(round(_BETWEEN * _RATE) * 2))
