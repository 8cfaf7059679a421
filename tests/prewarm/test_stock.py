"""The stock phrases of a process that waits for its call."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from livekit import rtc
from livekit.plugins import sarvam_pooled

from prewarm.phrases import phrases
from prewarm.required_phrases import required_phrases
from prewarm.stock import Stock, frames
from tests.support import virtual_clock

RATE = 24000


async def test_phrases_that_are_built_later_are_found(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore
) -> None:
    """A build may run while warm processes wait; what they had is not read again."""
    greeting, opener, *others = [phrase.text for phrase in required_phrases(voice, "en-IN")]
    assert greeting == phrases("en-IN").greeting
    store.put(spoken := await voice.engine.render(greeting))
    stock = Stock(voice, store, sarvam_pooled.PhraseMemory())
    stock.load("en-IN")
    assert not stock.is_whole
    assert stock.pcm(opener) is None
    store.remove(voice.engine.phrase_key(greeting))
    for text in (opener, *others):
        store.put(await voice.engine.render(text))
    stock.refresh()
    assert stock.is_whole
    assert stock.pcm(greeting) == spoken.pcm
    assert stock.pcm(opener) == store.get(voice.engine.phrase_key(opener)).pcm


async def test_a_stock_phrase_that_cannot_be_read_is_one_that_is_missing(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every process reads all of them to get ready: an error would end each before its call."""
    greeting, opener, *_ = [phrase.text for phrase in required_phrases(voice, "en-IN")]
    for text in (greeting, opener):
        store.put(await voice.engine.render(text))
    get, bad = store.get, voice.engine.phrase_key(greeting)

    def fail(key: sarvam_pooled.PhraseKey) -> sarvam_pooled.Phrase | None:
        if key == bad:
            raise ValueError("nobody thought of it")
        return get(key)

    monkeypatch.setattr(store, "get", fail)
    stock = Stock(voice, store, sarvam_pooled.PhraseMemory())
    stock.load("en-IN")
    assert stock.pcm(greeting) is None
    assert stock.pcm(opener) == get(voice.engine.phrase_key(opener)).pcm


def test_a_greeting_begins_at_once_and_goes_on_in_portions() -> None:
    """More than the track holds, less than LiveKit analyses; nothing is left out or changed."""
    pcm = np.arange(RATE * 2, dtype="<i2").tobytes()

    async def listen() -> list[tuple[float, rtc.AudioFrame]]:
        clock = asyncio.get_running_loop().time
        return [(clock(), frame) async for frame in frames(pcm, sample_rate=RATE)]

    given = virtual_clock.run(listen())
    began = given[0][0]
    at_once = sum(frame.duration for at, frame in given if at == began)
    assert 0.2 < at_once < 1.0
    times = sorted({at for at, _ in given})
    portions = [sum(f.duration for at, f in given if at == each) for each in times[1:]]
    assert max(portions) <= 0.2 + 1e-6
    assert times[-1] - began < 0.25
    assert b"".join(frame.data.tobytes() for _, frame in given) == pcm
