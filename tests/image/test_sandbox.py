"""The sandbox's image: the stand-ins start, speak and hear on a root that cannot be written."""

from __future__ import annotations

import os

from .conftest import MakeContainer

SERVE = """
import asyncio, urllib.request
from pocketsphinx import Decoder
from sandbox.serve import CLASSES, make, serve_all
from sandbox.voice import speak

async def main():
    async with serve_all({name: make(name) for name in CLASSES}, {}) as addresses:
        for name, address in addresses.items():
            url = f"http://{address}/_stats"
            answer = await asyncio.to_thread(urllib.request.urlopen, url, timeout=30)
            print(name, answer.status)
    sound = await speak("good morning", language="en-IN", sample_rate=16000)
    print(len(sound) > 16000, Decoder(loglevel="FATAL") is not None)

asyncio.run(main())
"""


def test_stand_ins_run_on_a_read_only_root(make_container: MakeContainer) -> None:
    """With voices, codecs and recogniser, as the image's user."""
    done = make_container("sandbox", "sandbox").run(
        "python", "-c", SERVE, environ={"PATH": os.environ["PATH"]}
    )
    assert done.stdout.splitlines() == [
        "sarvam 200",
        "deepgram 200",
        "openai 200",
        "cartesia 200",
        "True True",
    ], done.stderr
