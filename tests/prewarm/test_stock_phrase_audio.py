"""The stock phrases of a process that waits for its call."""

from __future__ import annotations

import pytest
from livekit.plugins import sarvam_pooled

from prewarm.required_phrases import required_phrases
from prewarm.stock_phrase_audio import StockPhraseAudio
from tests.support.clinic import TABLE, phrases


async def test_phrases_that_are_built_later_are_found(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore
) -> None:
    """A build may run while warm processes wait; what they had is not read again."""
    greeting, opener, *others = [phrase.text for phrase in required_phrases(voice, TABLE, "en-IN")]
    assert greeting == phrases("en-IN").greeting
    store.put(spoken := await voice.engine.render(greeting))
    stock = StockPhraseAudio(voice, TABLE, store, sarvam_pooled.PhraseMemory())
    stock.use(stock.read("en-IN"))
    assert stock.loaded.missing
    assert stock.pcm(opener) is None
    store.remove(voice.engine.phrase_key(greeting))
    for text in (opener, *others):
        store.put(await voice.engine.render(text))
    stock.use(stock.read("en-IN"))
    assert not stock.loaded.missing
    assert stock.pcm(greeting) == spoken.pcm
    assert stock.pcm(opener) == store.get(voice.engine.phrase_key(opener)).pcm


async def test_a_stock_phrase_that_cannot_be_read_is_one_that_is_missing(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every process reads all of them to get ready: an error would end each before its call."""
    greeting, opener, *_ = [phrase.text for phrase in required_phrases(voice, TABLE, "en-IN")]
    for text in (greeting, opener):
        store.put(await voice.engine.render(text))
    get, bad = store.get, voice.engine.phrase_key(greeting)

    def fail(key: sarvam_pooled.PhraseKey) -> sarvam_pooled.Phrase | None:
        if key == bad:
            raise ValueError("nobody thought of it")
        return get(key)

    monkeypatch.setattr(store, "get", fail)
    stock = StockPhraseAudio(voice, TABLE, store, sarvam_pooled.PhraseMemory())
    stock.use(stock.read("en-IN"))
    assert stock.pcm(greeting) is None
    assert stock.pcm(opener) == get(voice.engine.phrase_key(opener)).pcm
