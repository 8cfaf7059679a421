"""A `TTS()` without the argument `phrases` keeps its own: what is said again is there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from livekit.agents import NOT_GIVEN, APIError
from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.listing import entries
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore

from sandbox.conditions import Fault, Latency
from tests.support.until import until

from .conftest import CALM, NO_RETRY, REPLY, TOKENS, Heard, MakeRig, Rig, drain

SLOW = Latency(
    round_trip=0.04,
    first_byte=0.2,
    per_character=0.0033,
    real_time_factor=0.15,
    jitter=0,
    tail_probability=0,
)
"""So that a barge-in comes while a reply is being synthesised."""
PLAIN = "Please hold the line."


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Names no store, whatever the developer's does."""
    for name in ("PHRASE_STORE_DIR", "PHRASE_SIGNING_KEY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@asynccontextmanager
async def by_default(make_rig: MakeRig, *faults: Fault, **options: Any) -> AsyncIterator[Rig]:
    """A rig whose TTS is made without the argument `phrases`."""
    async with make_rig(*faults, phrases=NOT_GIVEN, **options) as rig:
        yield rig


async def until_audible(rig: Rig) -> tuple[float, Heard]:
    """Virtual seconds from the first token of `REPLY` to its first sound, and all of it."""
    clock = asyncio.get_running_loop().time
    heard = Heard()
    async with rig.tts.stream(conn_options=NO_RETRY) as stream:
        began = clock()
        for token in TOKENS:
            stream.push_text(token)
        stream.end_input()
        while not any(heard.pcm):
            heard.add(await anext(stream))
        first = clock() - began
        await drain(stream, heard)
    return first, heard


async def test_the_same_reply_again_waits_for_nothing_and_asks_for_nothing(
    make_rig: MakeRig,
) -> None:
    """Neither for a timer nor for a provider, which has fallen mute; and it is whole."""
    async with by_default(make_rig, latency=SLOW) as rig:
        first, heard = await until_audible(rig)
        assert first > 0
        asked = rig.spoken()
        rig.stand_in.conditions.set_faults((Fault(kind="mute"),))
        again, repeated = await until_audible(rig)
        assert again < 0.01
        assert rig.spoken() == asked
        assert repeated.texts(asked) == heard.texts(asked)
        assert repeated.seconds == pytest.approx(heard.seconds, abs=0.05)


async def test_none_is_none(
    make_rig: MakeRig, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also where the environment names a store."""
    environment.setenv("PHRASE_STORE_DIR", str(tmp_path))
    async with make_rig(phrases=None, synthesis=sarvam_pooled.Synthesis(hedge=False)) as rig:
        assert rig.tts.phrases is None
        await rig.say(PLAIN)
        await rig.say(PLAIN)
        assert rig.spoken() == [PLAIN, PLAIN]
    assert not files_in(tmp_path)


async def test_memory_alone_touches_no_disk(
    make_rig: MakeRig, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing of a call is written where nobody asked for it."""
    environment.chdir(tmp_path)
    async with by_default(make_rig) as rig:
        assert rig.tts.phrases is not None
        await rig.say(PLAIN)
        statistics = rig.tts.phrases.statistics()
    assert statistics.memory.bytes > 0
    assert (statistics.disk.misses, statistics.stored, statistics.refused) == (0, 0, {})
    assert not files_in(tmp_path)


async def test_one_object_never_plays_what_another_heard(make_rig: MakeRig) -> None:
    """Callers' words, which memory may hold, stay in the object of their call."""
    async with by_default(make_rig) as one, by_default(make_rig) as other:
        await one.say(PLAIN)
        key = one.tts.engine.phrase_key(PLAIN)
        assert one.tts.phrases is not None
        assert other.tts.phrases is not None
        assert await one.tts.phrases.get(key) is not None
        assert await other.tts.phrases.get(key) is None


async def test_a_long_text_is_not_remembered(make_rig: MakeRig) -> None:
    """From 200 characters on it is no phrase."""
    long = "a " * 99 + "word here."
    async with by_default(make_rig) as rig:
        phrase = await rig.tts.engine.render(long)
        assert len(phrase.text) > 200
        assert rig.tts.phrases is not None
        assert await rig.tts.phrases.get(phrase.key) is None


@pytest.mark.parametrize(
    "change",
    [
        {"target_language_code": "hi-IN"},
        {"speaker": "ritu"},
        {"pace": 1.2},
        {"temperature": 0.2},
        {"dict_id": "p_1"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_another_voice_is_another_phrase(make_rig: MakeRig, change: dict[str, Any]) -> None:
    """Whatever changes the sound; and the primary TTS's are there when it comes back."""
    async with by_default(make_rig) as rig:
        await rig.say(PLAIN)
        rig.tts.update_options(**change)
        await rig.say(PLAIN)
        assert rig.spoken() == [PLAIN, PLAIN]
        await rig.say(PLAIN)
        assert len(rig.spoken()) == 2


async def test_a_barge_in_leaves_only_whole_phrases(make_rig: MakeRig) -> None:
    """Segments that were complete by then are phrases; the others are made again, whole."""
    in_the_making = SLOW.model_copy(update={"real_time_factor": 0.3})
    async with by_default(make_rig, latency=in_the_making) as rig:
        phrases = rig.tts.phrases
        assert phrases is not None
        stream = rig.tts.stream(conn_options=NO_RETRY)
        stream.push_text(REPLY)
        stream.end_input()
        await until(lambda: len(rig.records) > 0)
        await stream.aclose()
        begun = rig.spoken()
        kept = [text for text in begun if await phrases.get(rig.tts.engine.phrase_key(text))]
        assert 0 < len(kept) < len(begun)
        rig.stand_in.conditions.latency = CALM
        heard = await rig.say(REPLY)
        again = rig.spoken()[len(begun) :]
        assert not set(kept) & set(again)
        assert {*kept, *again} == set(rig.tts.cut(REPLY))
        assert heard.seconds == pytest.approx(rig.expected_seconds(), abs=0.1)


@pytest.mark.parametrize("kind", ["drop", "error", "close", "no_end"])
async def test_what_failed_half_way_is_not_kept(make_rig: MakeRig, kind: Any) -> None:
    """Only the Attempt that was whole is: the same words again have their whole length."""
    async with by_default(make_rig, Fault(kind=kind, at=0.5, times=1)) as rig:
        await rig.say(PLAIN)
        again = await rig.say(PLAIN)
        assert again.seconds == pytest.approx(rig.expected_seconds(), abs=0.1)


async def test_after_a_failure_no_reply_begins_with_a_phrase(make_rig: MakeRig) -> None:
    """Until Sarvam has spoken again: what asks whether it is back, as LiveKit's adapter does
    with a whole reply, is not answered from memory. Its connections may be open all the while."""
    once = sarvam_pooled.Synthesis(retries=0, hedge=False)
    async with by_default(make_rig, synthesis=once) as rig:
        await rig.say(PLAIN)
        rig.stand_in.conditions.set_faults((Fault(kind="error", code=503, at=0),))
        for text in ("Another one.", PLAIN, PLAIN):
            with pytest.raises(APIError):
                await rig.say(text)
        rig.stand_in.conditions.set_faults(())
        asked = len(rig.spoken())
        for _ in range(2):
            await rig.say(PLAIN)
        assert rig.spoken()[asked:] == [PLAIN]


async def test_a_store_that_the_environment_names_is_used_with_the_policy(
    make_rig: MakeRig, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A phrase of three calls is played in the fourth, from the disk; a number never is."""
    environment.setenv("PHRASE_STORE_DIR", f" {tmp_path / 'phrases'} ")
    for number in range(4):
        async with by_default(make_rig) as rig:
            await rig.say(PLAIN)
            await rig.say("It is 42.")
            assert rig.spoken() == ([PLAIN, "It is 42."] if number < 3 else ["It is 42."])
    kept = {entry.key.text for entry in entries(PhraseStore(tmp_path / "phrases"))}
    assert kept == {PLAIN}


async def test_the_disk_is_never_touched_on_the_loop(
    make_rig: MakeRig, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither when the object is made nor in a call: every method of the store runs in a thread."""
    environment.setenv("PHRASE_STORE_DIR", str(tmp_path / "phrases"))
    on_loop: list[str] = []
    used: set[str] = set()

    def watched(name: str) -> Callable[..., Any]:
        method = getattr(PhraseStore, name)

        def call(*args: Any, **more: Any) -> Any:
            used.add(name)
            if threading.current_thread() is threading.main_thread():
                on_loop.append(name)
            return method(*args, **more)

        return call

    methods = ("get", "put", "contains", "record_use", "remove", "evict")
    for name in methods:
        environment.setattr(PhraseStore, name, watched(name))
    for _ in range(3):
        async with by_default(make_rig) as rig:
            await rig.say(PLAIN)
    assert not on_loop
    assert {"get", "put", "contains", "record_use"} <= used


async def test_the_signing_key_is_the_environments_too(
    make_rig: MakeRig, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A short one is refused when the object is made, and is not shown."""
    environment.setenv("PHRASE_STORE_DIR", str(tmp_path))
    environment.setenv("PHRASE_SIGNING_KEY", "too-short")
    with pytest.raises(sarvam_pooled.OptionError, match="PHRASE_SIGNING_KEY") as caught:
        sarvam_pooled.TTS(api_key="k")
    assert "too-short" not in str(caught.value)
    environment.setenv("PHRASE_SIGNING_KEY", key := "k" * 32)
    for _ in range(3):
        async with by_default(make_rig) as rig:
            await rig.say(PLAIN)
            phrase_key = rig.tts.engine.phrase_key(PLAIN)
    assert PhraseStore(tmp_path, signing_key=key).get(phrase_key) is not None
    assert PhraseStore(tmp_path).get(phrase_key) is None


def test_a_folder_of_an_unknown_user_is_refused(environment: pytest.MonkeyPatch) -> None:
    """As an option that is wrong, with the variable's name."""
    environment.setenv("PHRASE_STORE_DIR", "~no-such-user/phrases")
    with pytest.raises(sarvam_pooled.OptionError, match="PHRASE_STORE_DIR"):
        sarvam_pooled.TTS(api_key="k")
