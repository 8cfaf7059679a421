"""One cache hit through the whole TTS: from the pushed text to the first frame.

There is no provider, and the loop is otherwise idle, so this is the cost of the hit alone.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import Final

from livekit.plugins import sarvam_pooled

ALLOWED: Final = 0.005
"""Seconds from text to first frame, median."""
TEXT: Final = "One moment, please."
_NOWHERE: Final = "ws://127.0.0.1:9/"
_SECONDS: Final = 2  # of the phrase's sound


async def measure(count: int) -> dict[str, list[float]]:
    """Seconds of `count` hits from each tier."""
    with tempfile.TemporaryDirectory() as folder:
        tts = sarvam_pooled.TTS(api_key="bench", ws_url=_NOWHERE, phrases=None)
        store = sarvam_pooled.PhraseStore(Path(folder))
        for piece in tts.cut(TEXT):
            store.put(_phrase(tts, piece))
        try:
            return {
                "memory": [await _hit(tts, store, is_cold=False) for _ in range(count)],
                "disk": [await _hit(tts, store, is_cold=True) for _ in range(count)],
            }
        finally:
            await tts.aclose()


def _phrase(tts: sarvam_pooled.TTS, text: str) -> sarvam_pooled.Phrase:
    return sarvam_pooled.Phrase(
        key=tts.engine.phrase_key(text),
        pcm=random.Random(text).randbytes(_SECONDS * 24000 * 2),
        sample_rate=24000,
        created=time.time(),
    )


async def _hit(tts: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore, *, is_cold: bool) -> float:
    cache = sarvam_pooled.PhraseCache(store, call_id="bench")
    tts.tune(phrases=cache)
    if not is_cold:
        for piece in tts.cut(TEXT):
            await cache.get(tts.engine.phrase_key(piece))
    stream = tts.stream()
    # So that the stream's own tasks run, as they do when an LLM's first token arrives.
    await asyncio.sleep(0.005)
    began = time.perf_counter()
    stream.push_text(TEXT)
    stream.end_input()
    await anext(stream)
    took = time.perf_counter() - began
    await stream.aclose()
    await cache.aclose()
    return took
