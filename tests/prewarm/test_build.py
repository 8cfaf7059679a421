"""The build: what it makes, what it leaves alone, and how it takes a refusal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from livekit.plugins import sarvam_pooled

from prewarm.build import Built, Failure, build
from prewarm.phrases import phrases
from prewarm.required_phrases import Wanted, missing, wanted
from sandbox.conditions import Fault
from sandbox.sarvam import SarvamStandIn


@dataclass
class Seen:
    """What a watcher was told."""

    texts: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    waits_of: list[float] = field(default_factory=list)
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    at: int = 1_000

    def made(self, phrase: Wanted) -> None:
        self.texts.append(phrase.text)
        if len(self.texts) >= self.at:
            self.enough.set()

    def failed(self, failure: Failure) -> None:
        self.failures.append(failure)

    def waits(self, seconds: float, reason: str) -> None:
        assert "too many requests" in reason
        self.waits_of.append(seconds)


def number(voice: sarvam_pooled.TTS, *languages: str) -> int:
    """How many phrases are wanted."""
    return sum(len(wanted(voice, code)) for code in languages)


def asked(stand_in: SarvamStandIn) -> int:
    """Syntheses that the stand-in was asked for."""
    return len(stand_in.describe()["syntheses"])


async def run(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    *languages: str,
    seen: Seen | None = None,
    per_minute: float = 0,
) -> Built:
    lacking = [phrase for code in languages for phrase in missing(store, wanted(voice, code))]
    return await build(
        voice,
        store,
        lacking,
        watcher=seen or Seen(),
        per_minute=per_minute,
        patience=(0.01, 0.02),
    )


async def test_every_phrase_is_in_the_store_under_the_key_of_a_call(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore
) -> None:
    """In each language, as a voice that speaks it asks for it."""
    seen = Seen()
    built = await run(voice, store, "en-IN", "hi-IN", seen=seen)
    assert built == Built(made=number(voice, "en-IN", "hi-IN"), failures=(), untried=0)
    for language in ("en-IN", "hi-IN"):
        voice.update_options(target_language_code=language)
        for phrase in wanted(voice, language):
            assert phrase.text in seen.texts
            found = store.get(voice.engine.phrase_key(phrase.text))
            assert found is not None
            assert found.seconds > 0.1


async def test_what_is_there_is_not_spoken_again(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore, stand_in: SarvamStandIn
) -> None:
    """A second build asks for nothing, and one after a loss for what was lost."""
    await run(voice, store, "en-IN")
    spoken = asked(stand_in)
    assert (await run(voice, store, "en-IN")).made == 0
    assert asked(stand_in) == spoken
    lost = wanted(voice, "en-IN")[3]
    store.remove(lost.key)
    assert (await run(voice, store, "en-IN")).made == 1
    assert asked(stand_in) == spoken + 1


async def test_a_build_that_is_stopped_goes_on_from_there(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore
) -> None:
    """Nothing that was done is lost."""
    seen = Seen(at=3)
    running = asyncio.create_task(run(voice, store, "en-IN", seen=seen))
    await seen.enough.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    left = missing(store, wanted(voice, "en-IN"))
    assert 0 < len(left) <= number(voice, "en-IN") - 3
    assert (await run(voice, store, "en-IN")).made == len(left)
    assert not missing(store, wanted(voice, "en-IN"))


async def test_no_more_requests_begin_in_a_minute_than_allowed(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore
) -> None:
    """However fast the provider answers."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await run(voice, store, "en-IN", per_minute=60 / 0.02)
    assert loop.time() - began >= (number(voice, "en-IN") - 1) * 0.02


async def test_a_busy_provider_is_waited_for(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore, stand_in: SarvamStandIn
) -> None:
    """Refused beyond the plugin's own retries, a build pauses and then goes on where it was."""
    voice.tune(synthesis=sarvam_pooled.Synthesis(retries=0))
    stand_in.conditions.set_faults((Fault(kind="quota", times=4),))
    seen = Seen()
    every = number(voice, "en-IN")
    assert await run(voice, store, "en-IN", seen=seen) == Built(made=every, failures=(), untried=0)
    assert 0.01 in seen.waits_of


async def test_a_provider_that_stays_busy_ends_the_build(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore, stand_in: SarvamStandIn
) -> None:
    """All languages: the limit is the account's."""
    voice.tune(synthesis=sarvam_pooled.Synthesis(retries=0))
    stand_in.conditions.set_faults((Fault(kind="quota"),))
    seen = Seen()
    built = await run(voice, store, "en-IN", "hi-IN", seen=seen)
    assert built.made == 0
    assert 1 <= len(built.failures) <= 4
    assert len(built.failures) + built.untried == number(voice, "en-IN", "hi-IN")
    assert list(built.failures) == seen.failures
    assert set(seen.waits_of) == {0.01, 0.02}


async def test_a_refused_key_ends_the_build_at_once(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore, stand_in: SarvamStandIn
) -> None:
    """It is told what to check, without the key."""
    stand_in.conditions.set_faults((Fault(kind="refuse", code=403),))
    built = await run(voice, store, "en-IN")
    assert built.made == 0
    assert 1 <= len(built.failures) <= 4
    assert "check SARVAM_API_KEY" in built.failures[0].reason
    assert "secret-key" not in built.failures[0].reason


async def test_a_provider_that_is_away_ends_the_build(
    store: sarvam_pooled.PhraseStore,
) -> None:
    """After the plugin's own retries, without one try for each phrase."""
    nowhere = sarvam_pooled.TTS(
        api_key="k",
        ws_url="ws://127.0.0.1:9/ws",
        synthesis=sarvam_pooled.Synthesis(retries=0),
    )
    built = await run(nowhere, store, "en-IN", "hi-IN")
    await nowhere.aclose()
    assert 1 <= len(built.failures) <= 4
    assert "cannot connect" in built.failures[0].reason


async def test_a_language_that_is_refused_is_given_up_alone(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore, stand_in: SarvamStandIn
) -> None:
    """After a few refusals in a row, and the next language is tried."""
    voice.tune(synthesis=sarvam_pooled.Synthesis(retries=0))
    stand_in.conditions.set_faults((Fault(kind="error", at=0, code=400),))
    built = await run(voice, store, "en-IN", "hi-IN")
    for language in ("en-IN", "hi-IN"):
        refused = [one for one in built.failures if one.phrase.language == language]
        # Up to three more were under way.
        assert 3 <= len(refused) <= 6
    assert len(built.failures) + built.untried == number(voice, "en-IN", "hi-IN")


async def test_a_store_that_takes_nothing_ends_the_build(
    voice: sarvam_pooled.TTS, tmp_path: Path
) -> None:
    """What is spoken and lost is paid for nothing."""
    store = sarvam_pooled.PhraseStore(tmp_path, max_bytes=1)
    built = await run(voice, store, "en-IN")
    assert built.made == 0
    assert "is the disk full?" in built.failures[0].reason
    assert built.untried >= number(voice, "en-IN") - 4


@pytest.mark.parametrize("language", ["en-IN", "hi-IN", "ta-IN"])
async def test_a_reply_in_the_words_of_a_stock_phrase_asks_the_provider_for_nothing(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    stand_in: SarvamStandIn,
    language: str,
) -> None:
    """Though a reply is cut where a phrase is not, and comes token by token."""
    await run(voice, store, language)
    spoken = asked(stand_in)
    cache = sarvam_pooled.PhraseCache(store, call_id="call")
    voice.update_options(target_language_code=language)
    voice.tune(phrases=cache)
    for text in phrases(language).all:
        stream = voice.stream()
        for start in range(0, len(text), 4):
            stream.push_text(text[start : start + 4])
        stream.end_input()
        seconds = sum([event.frame.duration async for event in stream])
        await stream.aclose()
        assert seconds > 0.1
    await cache.aclose()
    assert asked(stand_in) == spoken
