"""The stock phrases of a process that waits for its call."""

from __future__ import annotations

from livekit.plugins import sarvam_pooled

from prewarm.phrases import phrases
from prewarm.stock import Stock


async def test_phrases_that_are_built_later_are_found(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore
) -> None:
    """A build may run while warm processes wait; what they had is not read again."""
    greeting, opener, *others = phrases("en-IN").all
    store.put(await voice.render(greeting))
    stock = Stock(voice, store, sarvam_pooled.PhraseMemory())
    stock.load("en-IN")
    assert not stock.is_whole
    assert stock.pcm(opener) is None
    store.remove(voice.phrase_key(greeting))
    for text in (opener, *others):
        store.put(await voice.render(text))
    stock.refresh()
    assert stock.is_whole
    assert stock.pcm(greeting)
    assert stock.pcm(opener)
