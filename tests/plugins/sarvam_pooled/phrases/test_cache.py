"""The cache of a call: every level in its turn, and nothing kept that may not be."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases.cache import PhraseCache
from livekit.plugins.sarvam_pooled.phrases.key import PhraseKey
from livekit.plugins.sarvam_pooled.phrases.memory import PhraseMemory
from livekit.plugins.sarvam_pooled.phrases.phrase import Phrase
from livekit.plugins.sarvam_pooled.phrases.policy import PhrasePolicy
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore

LISTED = "Welcome to Asha Dental!"


class Elsewhere:
    """Another machine's phrases."""

    failures = 0

    def __init__(self) -> None:
        self.phrases: dict[PhraseKey, Phrase] = {}
        self.asked = 0

    async def get(self, key: PhraseKey) -> Phrase | None:
        self.asked += 1
        return self.phrases.get(key)

    async def put(self, phrase: Phrase) -> bool:
        self.phrases[phrase.key] = phrase
        return True


def call(store: PhraseStore | None, call_id: str = "a", **more: Any) -> PhraseCache:
    """The cache of a new call, with an empty memory."""
    policy = PhrasePolicy(listed=frozenset({LISTED}))
    return PhraseCache(store, policy=policy, call_id=call_id, **more)


async def said(store: PhraseStore, phrase: Phrase, *call_ids: str, **more: Any) -> PhraseCache:
    """The cache of the last of some calls that all said `phrase`, each to its end."""
    cache = call(store)
    for call_id in call_ids:
        cache = call(store, call_id, **more)
        cache.offer(phrase)
        await cache.aclose()
    return cache


async def test_a_phrase_is_at_hand_at_once(store: PhraseStore, make_phrase: Any) -> None:
    """The next look-up in the same call needs no wait, whatever becomes of it on the disk."""
    cache, phrase = call(store), make_phrase("Your code is 42.")
    assert await cache.get(phrase.key) is None
    cache.offer(phrase)
    with pytest.raises(StopIteration) as returned:
        cache.get(phrase.key).send(None)
    assert returned.value.value is phrase
    await cache.aclose()


async def test_a_listed_phrase_is_there_for_the_next_call(
    store: PhraseStore, make_phrase: Any
) -> None:
    """And comes into memory with its first use."""
    phrase = make_phrase(LISTED)
    await said(store, phrase, "a")
    cache = call(store, "b")
    assert [await cache.get(phrase.key) for _ in range(2)] == [phrase, phrase]
    seen = cache.statistics()
    assert (seen.disk.hits, seen.memory.misses, seen.memory.hits) == (1, 1, 1)


async def test_another_phrase_must_be_heard_in_three_calls(
    store: PhraseStore, make_phrase: Any
) -> None:
    """However often each of them says it."""
    phrase = make_phrase("Sure.")
    await said(store, phrase, "a", "a", "b", "b", "a")
    assert not store.contains(phrase.key)
    cache = await said(store, phrase, "c")
    assert store.contains(phrase.key)
    assert cache.statistics().stored == 1


@pytest.mark.parametrize("text", ["Your code is 42.", "Thank you, Ravi.", "x" * 201])
async def test_what_is_personal_never_reaches_the_disk(
    store: PhraseStore, make_phrase: Any, text: str
) -> None:
    """Not the phrase, and not the fact that it was heard."""
    for call_id in "abcd":
        cache = call(store, call_id)
        cache.private_words = "Ravi Kumar"
        cache.offer(make_phrase(text))
        await cache.aclose()
        assert sum(cache.statistics().refused.values()) == 1
    assert not store.folder.exists()


async def test_a_long_text_is_not_remembered(make_phrase: Any) -> None:
    """It will not come again."""
    cache, phrase = call(None), make_phrase("x" * 201)
    cache.offer(phrase)
    assert await cache.get(phrase.key) is None


async def test_a_hit_in_memory_counts_as_heard(store: PhraseStore, make_phrase: Any) -> None:
    """A phrase that processes hand on in memory reaches the disk as well."""
    memory, phrase = PhraseMemory(), make_phrase("Sure.")
    memory.put(phrase)
    for call_id in "abc":
        cache = call(store, call_id, memory=memory)
        assert await cache.get(phrase.key) is phrase
        await cache.aclose()
    assert store.contains(phrase.key)


async def test_other_machines_are_asked_last(store: PhraseStore, make_phrase: Any) -> None:
    """Their phrase is then on this disk too, at once, because it was heard in enough calls."""
    elsewhere, phrase = Elsewhere(), make_phrase("Sure.")
    elsewhere.phrases[phrase.key] = phrase
    cache = call(store, remote=elsewhere)
    assert await cache.get(phrase.key) == phrase
    await cache.aclose()
    assert store.contains(phrase.key)
    assert await call(store, remote=elsewhere).get(phrase.key) == phrase
    assert elsewhere.asked == 1


async def test_other_machines_get_only_what_may_be_kept(
    store: PhraseStore, make_phrase: Any
) -> None:
    """The same policy, with or without a disk."""
    elsewhere = Elsewhere()
    for place in (store, None):
        await said(place, make_phrase("Sure."), "a", "b", remote=elsewhere)  # type: ignore[arg-type]
        await said(place, make_phrase("It is 42."), *"abc", remote=elsewhere)  # type: ignore[arg-type]
        assert not elsewhere.phrases
    await said(store, make_phrase("Sure."), "c", remote=elsewhere)
    assert set(elsewhere.phrases) == {make_phrase("Sure.").key}


async def test_a_private_word_is_not_taken_from_elsewhere(
    store: PhraseStore, make_phrase: Any
) -> None:
    """It is played from there, and not written here."""
    elsewhere, phrase = Elsewhere(), make_phrase("Thank you, Ravi.")
    elsewhere.phrases[phrase.key] = phrase
    cache = call(store, remote=elsewhere)
    cache.private_words = ["Ravi"]
    assert await cache.get(phrase.key) == phrase
    await cache.aclose()
    assert not store.contains(phrase.key)


async def test_a_disk_that_hangs_is_a_miss(
    store: PhraseStore, make_phrase: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller never waits longer for a phrase than for its synthesis."""
    monkeypatch.setattr("livekit.plugins.sarvam_pooled.phrases.cache.DISK_TIMEOUT", 0.01)
    released = threading.Event()
    monkeypatch.setattr(store, "get", lambda key: released.wait(10))
    cache = call(store)
    try:
        assert await cache.get(make_phrase().key) is None
    finally:
        released.set()
    assert cache.statistics().failures == 1
    assert cache.statistics().disk.misses == 1


async def test_offering_waits_for_nothing(
    store: PhraseStore, make_phrase: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that hangs keeps nothing and holds up nobody, not even at the end."""
    released = threading.Event()
    monkeypatch.setattr(store, "put", lambda phrase: released.wait(10))
    cache = call(store)
    try:
        for number in range(100):
            cache.offer(make_phrase(f"{LISTED}{'!' * number}"))
        cache.offer(make_phrase(LISTED))
        await cache.aclose(time_limit=0.01)
    finally:
        released.set()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("phrases")]


async def test_closing_waits_for_what_was_offered(store: PhraseStore, make_phrase: Any) -> None:
    """The last phrase of a call is kept as well."""
    store.put(make_phrase("Other"))
    cache = call(store)
    cache.offer(make_phrase(LISTED))
    await cache.aclose()
    assert store.contains(make_phrase(LISTED).key)
    await cache.aclose()


async def test_every_level_counts_what_it_saved(store: PhraseStore, make_phrase: Any) -> None:
    """Hits, misses, bytes, milliseconds and characters, each where they belong."""
    phrase = make_phrase(LISTED, first_audio=0.3)
    await said(store, phrase, "a")
    elsewhere, rare = Elsewhere(), make_phrase("Rare.", first_audio=0.2)
    elsewhere.phrases[rare.key] = rare
    cache = call(store, "b", remote=elsewhere)
    for _ in range(3):
        await cache.get(phrase.key)
    await cache.get(rare.key)
    await cache.get(make_phrase("Never.").key)
    await cache.aclose()
    seen = cache.statistics()
    assert (seen.memory.hits, seen.memory.misses) == (2, 3)
    assert (seen.disk.hits, seen.disk.misses) == (1, 2)
    assert (seen.remote.hits, seen.remote.misses) == (1, 1)
    assert seen.memory.saved_ms == pytest.approx(600)
    assert seen.memory.saved_characters == 2 * len(LISTED)
    assert seen.disk.saved_ms == pytest.approx(300)
    assert seen.remote.saved_characters == len("Rare.")
    assert seen.disk.bytes > len(phrase.pcm) + len(rare.pcm)
    assert seen.memory.bytes > len(phrase.pcm) + len(rare.pcm)


async def test_many_streams_make_a_phrase_once(store: PhraseStore, make_phrase: Any) -> None:
    """All of them get it, and it is kept."""
    cache, phrase = call(store), make_phrase(LISTED)
    made = 0

    async def stream() -> Phrase | None:
        nonlocal made
        if (found := await cache.get(phrase.key)) is not None:
            return found
        with cache.claim(phrase.key) as claim:
            if (found := await claim.wait(5.0)) is None:
                made += 1
                await asyncio.sleep(0)
                claim.complete(found := phrase)
        return found

    assert set(map(id, await asyncio.gather(*(stream() for _ in range(50))))) == {id(phrase)}
    assert made == 1
    await cache.aclose()
    assert store.contains(phrase.key)
    assert cache.statistics().memory.hits == 49


class Broken(Elsewhere):
    """Another machine's phrases, whose client fails in a way that nobody thought of."""

    async def get(self, key: PhraseKey) -> Phrase | None:
        raise AttributeError("a text")

    async def put(self, phrase: Phrase) -> bool:
        raise AttributeError("a text")


async def test_a_level_that_fails_is_a_miss(
    store: PhraseStore,
    make_phrase: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """However it fails: the reply is synthesised and the call goes on; the error's words, which may
    hold a text, are not logged."""

    def fail(*_: object) -> None:
        raise UnicodeEncodeError("ascii", "a text", 0, 1, "no")

    for name in ("get", "contains", "put"):
        monkeypatch.setattr(store, name, fail)
    cache = call(store, remote=Broken())
    phrase = make_phrase(LISTED)
    assert await cache.get(phrase.key) is None
    cache.offer(phrase)
    await cache.aclose()
    assert await cache.get(phrase.key) == phrase
    assert cache.statistics().failures == 3
    cache = call(None, remote=Broken())
    cache.offer(phrase)
    await cache.aclose()
    assert cache.statistics().failures == 1
    assert "a text" not in caplog.text


async def test_what_was_decided_is_bounded(
    store: PhraseStore, make_phrase: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `TTS` may live for years; the latest decisions are remembered, also those used again."""
    monkeypatch.setattr(f"{PhraseCache.__module__}._MAX_DECIDED", 3)
    cache = call(store)
    first = make_phrase("Number 0.")
    for number in range(10):
        cache.offer(first)
        cache.offer(make_phrase(f"Number {number}."))
    assert len(cache._decided) == 3
    assert first.key in cache._decided
    await cache.aclose()
