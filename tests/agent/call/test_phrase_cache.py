"""The phrases of a call: what is missing is reported at start-up, and wrong settings too."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path

import pytest
from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.redis_tier import RedisTier

from agent.call.components import build_tts
from agent.call.phrase_cache import build_phrases, build_remote_tier, open_store, warn_of_missing
from agent.config.load import ConfigError, load_settings
from agent.config.settings import Settings
from prewarm.required_phrases import required_phrases
from sandbox.conditions import INSTANT
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from tests.support.clinic import TABLE
from tests.support.clinic import phrases as greetings
from tests.support.until import until


def settings(folder: Path, **values: str) -> Settings:
    keys = {f"{name}_API_KEY": "k" for name in ("SARVAM", "DEEPGRAM", "OPENAI", "CARTESIA")}
    environ = keys | {"PHRASE_STORE_DIR": str(folder)} | values
    return load_settings(env_file=folder / "none", environ=environ, needs_room=False)


def test_the_worker_says_which_phrases_are_not_audio_yet(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In one line, with what to do; and not at all where phrases are switched off."""
    given = settings(tmp_path, AGENT_LANGUAGE="ta-IN")
    voice = build_tts(given)
    warn_of_missing(given, voice, TABLE)
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert "make prewarm" in record.message
    assert (
        record.__dict__["missing"]
        == record.__dict__["required"]
        == len(required_phrases(voice, TABLE, "ta-IN"))
    )
    caplog.clear()
    given = settings(tmp_path, PHRASE_CACHE="false")
    warn_of_missing(given, build_tts(given), TABLE)
    assert not caplog.records


def test_phrases_are_a_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off, the voice has none, not even those that a voice has by default; on, it has those of the
    folder."""
    monkeypatch.setenv("PHRASE_STORE_DIR", str(tmp_path))
    given = settings(tmp_path, PHRASE_CACHE="false")
    voice = build_tts(given)
    assert build_phrases(given, voice, TABLE) is None
    assert voice.phrases is None
    given = settings(tmp_path)
    voice = build_tts(given)
    assert (phrases := build_phrases(given, voice, TABLE)) is not None
    assert voice.phrases is phrases.cache


def test_the_signing_key_reaches_every_level(tmp_path: Path) -> None:
    """What one of them keeps, nobody without the key takes for this operator's."""
    key = "a secret of more than thirty-two letters"
    redis = "redis://127.0.0.1:1"
    signed = settings(tmp_path, PHRASE_SIGNING_KEY=key, PHRASE_REDIS_URL=redis)
    unsigned = settings(tmp_path, PHRASE_REDIS_URL=redis)
    for given, has_key in ((signed, True), (unsigned, False)):
        assert open_store(given)._signer.has_key == has_key
        shared = build_remote_tier(given)
        assert isinstance(shared, RedisTier)
        assert shared._signer.has_key == has_key
        phrases = build_phrases(given, build_tts(given), TABLE)
        assert phrases is not None
        assert phrases.cache._store is not None
        assert phrases.cache._store._signer.has_key == has_key
    assert key not in repr(signed)


def recording(key: sarvam_pooled.PhraseKey) -> sarvam_pooled.Phrase:
    """Some sound for a phrase."""
    return sarvam_pooled.Phrase(key=key, pcm=b"\1\1" * 2400, sample_rate=24000, created=0)


async def test_phrases_stay_playable_while_those_of_another_language_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread reads the files; only the loop's own thread changes what the loop reads."""
    given = settings(tmp_path)
    store, voice = open_store(given), build_tts(given)
    for code in ("en-IN", "hi-IN"):
        for required in required_phrases(voice, TABLE, code):
            store.put(recording(required.key))
    phrases = build_phrases(given, voice, TABLE)
    assert phrases is not None
    threads: set[int] = set()
    reads = threading.Event()
    goes_on = threading.Event()
    read, put = store.get, sarvam_pooled.PhraseMemory.put

    def read_slowly(_: object, key: sarvam_pooled.PhraseKey) -> sarvam_pooled.Phrase | None:
        reads.set()
        assert goes_on.wait(5)
        return read(key)

    def put_noted(memory: sarvam_pooled.PhraseMemory, phrase: sarvam_pooled.Phrase) -> None:
        threads.add(threading.get_ident())
        put(memory, phrase)

    monkeypatch.setattr(sarvam_pooled.PhraseStore, "get", read_slowly)
    monkeypatch.setattr(sarvam_pooled.PhraseMemory, "put", put_noted)
    switching = asyncio.create_task(phrases.switch_language("hi-IN"))
    await until(reads.is_set)
    assert phrases.stock.pcm(greetings("en-IN").greeting)
    goes_on.set()
    await switching
    assert phrases.stock.pcm(greetings("hi-IN").greeting)
    assert threads == {threading.get_ident()}
    await phrases.aclose()


async def test_the_end_of_a_call_leaves_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not while Redis is still being connected to, and not if the cache fails to close."""
    given = settings(tmp_path, PHRASE_REDIS_URL="redis://127.0.0.1:1")
    phrases = build_phrases(given, build_tts(given), TABLE)
    assert phrases is not None
    done: list[str] = []

    async def connect(_: RedisTier) -> bool:
        try:
            await asyncio.Event().wait()
        finally:
            done.append("connecting ended")
        return True

    async def close(_: RedisTier) -> None:
        done.append("closed")

    async def fail() -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(RedisTier, "connect", connect)
    monkeypatch.setattr(RedisTier, "aclose", close)
    monkeypatch.setattr(phrases.cache, "aclose", fail)
    await phrases.start("en-IN")
    await asyncio.sleep(0)
    with pytest.raises(OSError, match="disk"):
        await phrases.aclose()
    assert done == ["connecting ended", "closed"]


async def test_off_every_reply_is_synthesised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the voice of the worker, with a folder named and the same words again."""
    monkeypatch.setenv("PHRASE_STORE_DIR", str(tmp_path))
    stand_in = SarvamStandIn(latency=INSTANT)
    stand_in.set_options({"voice": "tone"})
    async with serve(stand_in) as at:
        address = f"ws://{at}/text-to-speech/ws"
        given = settings(tmp_path, SARVAM_WS_URL=address, PHRASE_CACHE="false", TTS_HEDGE="false")
        voice = build_tts(given)
        build_phrases(given, voice, TABLE)
        for _ in range(2):
            async with voice.stream() as stream:
                stream.push_text("Of course.")
                stream.end_input()
                assert [event async for event in stream]
        await voice.aclose()
    assert len(stand_in.describe()["syntheses"]) == 2


def test_how_often_a_phrase_is_heard_before_it_is_kept_is_a_setting(tmp_path: Path) -> None:
    """Of different calls; stock phrases are kept at once."""
    given = settings(tmp_path, PHRASE_MIN_CALLS="5")
    phrases = build_phrases(given, build_tts(given), TABLE)
    assert phrases is not None
    assert phrases.cache._policy.min_calls == 5


def test_a_wrong_address_of_the_remote_tier_is_reported_without_it(tmp_path: Path) -> None:
    """It may hold a password."""
    with pytest.raises(ConfigError, match="PHRASE_REDIS_URL must be an address") as caught:
        build_remote_tier(settings(tmp_path, PHRASE_REDIS_URL="http://:secret@host"))
    assert "secret" not in str(caught.value)
    assert build_remote_tier(settings(tmp_path)) is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SARVAM_PACE", "1.5"), ("SARVAM_DICT_ID", "p_1"), ("SARVAM_TEMPERATURE", "0.2")],
)
async def test_a_phrase_of_the_voice_before_a_change_is_not_played(
    tmp_path: Path, variable: str, value: str
) -> None:
    """The provider is asked again, though the text is in the store."""
    stand_in = SarvamStandIn(latency=INSTANT)
    stand_in.set_options({"voice": "tone"})
    async with serve(stand_in) as at:
        address = f"ws://{at}/text-to-speech/ws"
        for change in ({}, {variable: value}, {variable: value}):
            voice = build_tts(settings(tmp_path, SARVAM_WS_URL=address, **change))
            phrases = build_phrases(
                settings(tmp_path, SARVAM_WS_URL=address, **change), voice, TABLE
            )
            assert phrases is not None
            await phrases.start("en-IN")
            stream = voice.stream()
            stream.push_text("Of course.")
            stream.end_input()
            assert [event async for event in stream]
            await stream.aclose()
            await voice.aclose()
            await phrases.aclose()
    # Once for each voice: the third call found what the second had heard.
    assert len(stand_in.describe()["syntheses"]) == 2


async def test_a_restarted_worker_plays_what_another_has_heard(tmp_path: Path) -> None:
    """The provider is asked once, in whichever call it was; everything but the folder is new."""
    stand_in = SarvamStandIn(latency=INSTANT)
    stand_in.set_options({"voice": "tone"})
    heard: list[bytes] = []
    for _ in range(2):
        async with serve(stand_in) as at:
            given = settings(tmp_path, SARVAM_WS_URL=f"ws://{at}/text-to-speech/ws")
            voice = build_tts(given)
            phrases = build_phrases(given, voice, TABLE)
            assert phrases is not None
            await phrases.start("en-IN")
            stream = voice.stream()
            stream.push_text("Of course.")
            stream.end_input()
            heard.append(b"".join([event.frame.data.tobytes() async for event in stream]))
            await stream.aclose()
            await voice.aclose()
            await phrases.aclose()
    assert heard[0] == heard[1] != b""
    assert len(stand_in.describe()["syntheses"]) == 1
