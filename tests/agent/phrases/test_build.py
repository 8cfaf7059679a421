"""The build: what it makes, what it leaves alone, and how it takes a refusal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from livekit.plugins import sarvam_pooled

from agent.phrases.build import Built, Failure, build
from prewarm.required_phrases import RequiredPhrase, find_missing, required_phrases
from sandbox.conditions import Fault
from sandbox.sarvam import SarvamStandIn
from tests.support import virtual_clock
from tests.support.clinic import TABLE, phrases


@dataclass
class Seen:
    """What a watcher has seen."""

    texts: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    waits_of: list[float] = field(default_factory=list)
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    at: int = 1_000

    def made(self, phrase: RequiredPhrase) -> None:
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
    return sum(len(required_phrases(voice, TABLE, code)) for code in languages)


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
    lacking = [
        phrase
        for code in languages
        for phrase in find_missing(store, required_phrases(voice, TABLE, code))
    ]
    return await build(
        voice,
        store,
        TABLE,
        lacking,
        watcher=seen or Seen(),
        per_minute=per_minute,
        busy_waits=(0.01, 0.02),
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
        for phrase in required_phrases(voice, TABLE, language):
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
    lost = required_phrases(voice, TABLE, "en-IN")[3]
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
    left = find_missing(store, required_phrases(voice, TABLE, "en-IN"))
    assert 0 < len(left) <= number(voice, "en-IN") - 3
    assert (await run(voice, store, "en-IN")).made == len(left)
    assert not find_missing(store, required_phrases(voice, TABLE, "en-IN"))


class Busy:
    """A voice that is busy for the first so many times, and notes when each request begins."""

    def __init__(self, *, busy: int = 0, takes: float = 0.0) -> None:
        self.began: list[float] = []
        self.engine = self
        self._busy, self._takes = busy, takes

    def update_options(self, **_: str) -> None: ...

    async def render(self, _: str) -> str:
        self.began.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self._takes)
        if len(self.began) <= self._busy:
            raise sarvam_pooled.ProviderFailed("too many requests", status=429)
        return "audio"


def paced(
    monkeypatch: pytest.MonkeyPatch, voice: Busy, *, phrases: int, per_minute: float
) -> list[float]:
    """Seconds at which a build's requests begin, on a virtual clock."""
    wanted: Any = [SimpleNamespace(language="en-IN", text=str(n)) for n in range(phrases)]
    store: Any = SimpleNamespace(put=lambda _: True)
    given: Any = voice

    async def at_once(function: Any, *given: Any) -> Any:
        return function(*given)

    # The virtual clock does not wait for threads.
    monkeypatch.setattr(asyncio, "to_thread", at_once)
    building = build(
        given, store, TABLE, wanted, watcher=Seen(), per_minute=per_minute, busy_waits=(15.0, 5.0)
    )
    virtual_clock.run(building)
    return [round(at, 3) for at in voice.began]


def test_requests_are_spread_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast the provider answers; what comes late is not made up for by a burst."""
    assert paced(monkeypatch, Busy(), phrases=4, per_minute=30) == [0, 2, 4, 6]
    slow = Busy(takes=20.0)
    assert paced(monkeypatch, slow, phrases=6, per_minute=30) == [0, 2, 4, 6, 20, 22]


def test_zero_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in may be asked as fast as it answers."""
    assert paced(monkeypatch, Busy(), phrases=4, per_minute=0) == [0, 0, 0, 0]


def test_a_busy_provider_holds_every_request_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """But for one whose turn had come; behind the wait they are spread evenly again."""
    began = paced(monkeypatch, Busy(busy=1), phrases=4, per_minute=60)
    assert began == [0, 1, 15, 16, 17]
    # A second refusal holds back all but the one that had begun to wait.
    began = paced(monkeypatch, Busy(busy=2), phrases=4, per_minute=30)
    assert began == [0, 2, 15, 17, 19, 21]


async def test_a_negative_rate_is_refused(
    voice: sarvam_pooled.TTS, store: sarvam_pooled.PhraseStore
) -> None:
    """It would run backwards."""
    with pytest.raises(ValueError, match="at least 0"):
        await build(voice, store, TABLE, [], watcher=Seen(), per_minute=-1)


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
    """The reason names what to check, without the key."""
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
