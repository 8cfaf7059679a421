"""What a store should have, and what it lacks."""

from __future__ import annotations

from livekit.plugins import sarvam_pooled

from prewarm.required_phrases import find_missing, required_phrases
from tests.support.clinic import CLINIC, TABLE, phrases


async def test_all_phrases_of_a_language_are_wanted(voice: sarvam_pooled.TTS) -> None:
    """Once each, the greeting first; then what a reply with the same words would be cut into."""
    for language in CLINIC.phrases:
        whole = phrases(language).all
        texts = [phrase.text for phrase in required_phrases(voice, TABLE, language)]
        assert texts[: len(whole)] == list(whole)
        assert set(texts) == set(whole) | {piece for text in whole for piece in voice.cut(text)}
        assert len(set(texts)) == len(texts)
        assert texts[0] == phrases(language).greeting


async def test_keys_are_those_of_the_voice_in_that_language(voice: sarvam_pooled.TTS) -> None:
    """What is built under them is what a call in that language looks for."""
    ahead = required_phrases(voice, TABLE, "hi-IN")
    voice.update_options(target_language_code="hi-IN")
    assert [phrase.key for phrase in ahead] == [
        voice.engine.phrase_key(phrase.text) for phrase in ahead
    ]


async def test_what_is_in_the_store_is_not_missing(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore
) -> None:
    """In this voice: another speaker's phrase is another phrase."""
    assert find_missing(store, required_phrases(voice, TABLE, "en-IN")) == required_phrases(
        voice, TABLE, "en-IN"
    )
    greeting = phrases("en-IN").greeting
    assert store.put(await voice.engine.render(greeting))
    assert greeting not in [
        phrase.text for phrase in find_missing(store, required_phrases(voice, TABLE, "en-IN"))
    ]
    voice.update_options(speaker="ritu")
    assert greeting in [
        phrase.text for phrase in find_missing(store, required_phrases(voice, TABLE, "en-IN"))
    ]
