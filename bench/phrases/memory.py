"""The memory of a process that takes calls beside a store must not depend on the store's size.

Each process is new and makes the same calls, each with the same few hits and one new phrase; only
the rest of the store differs. This module, run as a program, is such a process.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]
from livekit.plugins import sarvam_pooled

SIZES: Final = (10, 5000)
"""Phrases in the store."""
ALLOWED: Final = 1.0
"""MB that the calls may add beside the large store more than beside the small one. Eviction, once
an hour, notes at most 1000 paths; a list of all would take more than 2 MB."""
CALLS: Final = 40
_COMMON: Final = 10


def measure(folder: Path, size: int) -> tuple[float, float]:
    """Fill a store in `folder`, and make the calls in a new process. Returns its MB before the
    first call, and the MB that all calls added."""
    tts = sarvam_pooled.TTS(api_key="bench", phrases=None)
    store = sarvam_pooled.PhraseStore(folder)
    for number in range(size):
        store.put(_phrase(tts, number))
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name, str(folder)],
        capture_output=True,
        check=True,
        text=True,
    )
    before, after = json.loads(done.stdout)
    return before, after - before


def compare() -> dict[int, tuple[float, float]]:
    """`measure` beside each store."""
    added_mb = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            added_mb[size] = measure(Path(folder), size)
    return added_mb


def holds(added_mb: dict[int, tuple[float, float]]) -> bool:
    """Whether the calls add the same beside each store."""
    small, large = (added_mb[size][1] for size in SIZES)
    return large - small <= ALLOWED


def _phrase(tts: sarvam_pooled.TTS, number: int) -> sarvam_pooled.Phrase:
    dice = random.Random(number)
    return sarvam_pooled.Phrase(
        key=tts.engine.phrase_key(f"This is phrase number {number}."),
        pcm=dice.randbytes(4800),
        sample_rate=24000,
        created=time.time(),
    )


async def _calls(folder: Path) -> None:
    tts = sarvam_pooled.TTS(api_key="bench", phrases=None)
    store = sarvam_pooled.PhraseStore(folder)
    # Each new phrase is stored, which is when the store evicts others.
    news = frozenset(f"This is phrase number {100_000 + call}." for call in range(CALLS))
    policy = sarvam_pooled.PhrasePolicy(listed=news)
    for call in range(CALLS):
        cache = sarvam_pooled.PhraseCache(store, policy=policy, call_id=str(call))
        for number in range(_COMMON):
            if await cache.get(_phrase(tts, number).key) is None:
                raise RuntimeError("a stored phrase was not found")
        cache.offer(_phrase(tts, 100_000 + call))
        await cache.aclose()
        cache.statistics()


def _megabytes() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


if __name__ == "__main__":
    first = _megabytes()
    asyncio.run(_calls(Path(sys.argv[1])))
    sys.stdout.write(json.dumps([first, _megabytes()]))
