"""Each setting of a provider reaches its client."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from livekit.agents import inference
from livekit.plugins import silero

from agent.call.components import build_tts, load_vad
from agent.config.languages import language
from prewarm import connections
from tests.support.clinic import phrases

from .. import made


@pytest.mark.parametrize(
    ("variable", "value", "option", "expected"),
    [
        ("AGENT_LANGUAGE", "hi-IN", "target_language_code", "hi-IN"),
        ("SARVAM_MODEL", "bulbul:v4-flash", "model", "bulbul:v4-flash"),
        ("SARVAM_SPEAKER", "ritu", "speaker", "ritu"),
        ("SARVAM_PACE", "1.2", "pace", 1.2),
        ("SARVAM_TEMPERATURE", "0.3", "temperature", 0.3),
        ("SARVAM_PITCH", "0.1", "pitch", 0.1),
        ("SARVAM_LOUDNESS", "1.5", "loudness", 1.5),
        ("SARVAM_DICT_ID", "p_1", "dict_id", "p_1"),
        ("TTS_CODEC", "mp3", "output_audio_codec", "mp3"),
    ],
)
def test_a_setting_of_the_voice_is_in_its_config(
    variable: str, value: str, option: str, expected: object
) -> None:
    """And in the key of each phrase: one that was stored without it is never played."""
    before, after = build_tts(made.settings()), build_tts(made.settings(**{variable: value}))
    assert getattr(after.engine.options.voice, option) == expected
    assert after.engine.phrase_key("Sure.") != before.engine.phrase_key("Sure.")


@pytest.mark.parametrize(
    ("variable", "value", "group", "option", "expected"),
    [
        ("SARVAM_DETECT_LANGUAGE", "true", "engine.options", "detect_language", True),
        ("TTS_FIRST_CLAUSE", "false", "engine.options.segmenting", "first_clause", False),
        ("TTS_PARALLEL", "1", "engine.options.synthesis", "parallel", 1),
        ("TTS_HEDGE", "false", "engine.options.synthesis", "hedge", False),
        ("TTS_POOL_IDLE", "0", "engine.limits", "min_idle", 0),
        ("TTS_MAX_CONNECTIONS", "9", "engine.limits", "max_connections", 9),
    ],
)
def test_a_setting_of_the_plugin_reaches_it(
    variable: str, value: str, group: str, option: str, expected: object
) -> None:
    """Each changes how a reply is made."""
    voice: Any = build_tts(made.settings(**{variable: value}))
    for name in group.split("."):
        voice = getattr(voice, name)
    assert getattr(voice, option) == expected


@pytest.mark.parametrize(
    ("variable", "value", "part", "option", "expected"),
    [
        ("SARVAM_API_KEY", "other", "primary_tts", "engine._api_key", "other"),
        ("SARVAM_WS_URL", "ws://h/ws", "primary_tts", "engine.ws_url", "ws://h/ws"),
        ("DEEPGRAM_API_KEY", "other", "stt", "_api_key", "other"),
        ("DEEPGRAM_BASE_URL", "ws://h/v1", "stt", "_opts.endpoint_url", "ws://h/v1"),
        ("DEEPGRAM_MODEL", "nova-2", "stt", "_opts.model", "nova-2"),
        ("DEEPGRAM_LANGUAGE", "multi", "stt", "_opts.language", "multi"),
        ("STT_FINALIZE_AFTER", "0.2", "stt", "_after", 0.2),
        ("OPENAI_API_KEY", "other", "llm", "_client.api_key", "other"),
        ("OPENAI_BASE_URL", "http://h/v1/", "llm", "_client.base_url", "http://h/v1/"),
        ("OPENAI_MODEL", "small", "llm", "model", "small"),
        ("CARTESIA_API_KEY", "other", "fallback_tts", "_opts.api_key", "other"),
        ("CARTESIA_BASE_URL", "http://h", "fallback_tts", "_opts.base_url", "http://h"),
        ("CARTESIA_MODEL", "sonic-2", "fallback_tts", "_opts.model", "sonic-2"),
        ("CARTESIA_VOICE", "id", "fallback_tts", "_opts.voice", "id"),
    ],
)
async def test_a_setting_of_a_provider_reaches_its_client(
    variable: str, value: str, part: str, option: str, expected: object
) -> None:
    """Keys, addresses, models and what is listened for."""
    async with made.components(**{variable: value}) as components:
        client: Any = getattr(components, part)
        for name in option.split("."):
            client = getattr(client, name)
        assert client == expected


def test_the_vad_is_a_choice() -> None:
    """Silero either way, with the silence that is set."""
    bundled = load_vad(made.settings(VAD_MIN_SILENCE="0.4"))
    plugin = load_vad(made.settings(VAD="plugin", VAD_MIN_SILENCE="0.4"))
    assert isinstance(bundled, inference.VAD)
    assert isinstance(plugin, silero.VAD)
    assert bundled.min_silence_duration == plugin.min_silence_duration == 0.4


@pytest.mark.parametrize("begun", [True, False])
async def test_a_call_speaks_and_listens_in_the_callers_language(begun: bool) -> None:
    """Each provider in its own spelling, from the beginning of the call or later."""
    odia = language("od-IN")
    async with made.components(PREWARM="false") as components:
        if begun:
            await components.start(components.settings.language)
            await components.switch_language(odia)
        else:
            speech = await components.start(odia)
            assert speech.phrases == phrases("od-IN")
        assert components.primary_tts.engine.options.voice.target_language_code == "od-IN"
        assert str(components.fallback_tts._opts.language) == "or"
        assert str(components.stt._opts.language) == "or"


async def test_a_language_whose_phrases_cannot_be_read_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The call goes on in its first language, with the voice and the STT of it."""

    async def fail(_: str) -> None:
        raise OSError("no phrases")

    async with made.components() as components:
        monkeypatch.setattr(components.phrases, "switch_language", fail)
        before = components.primary_tts.engine.options.voice
        odia = language("od-IN")
        assert odia is not None
        with pytest.raises(OSError, match="no phrases"):
            await components.switch_language(odia)
        assert components.primary_tts.engine.options.voice == before


async def test_prewarming_connects_to_all_providers_when_the_call_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Switched off, to none: LiveKit connects to the LLM and the primary TTS."""
    for prewarm in ("true", "false"):
        connected: list[Any] = []
        monkeypatch.setattr(connections, "warm", connected.extend)
        async with made.components(PREWARM=prewarm) as components:
            await components.start(components.settings.language)
            assert connected == (list(components.all) if prewarm == "true" else [])


async def test_all_connections_are_closed_even_if_the_adapter_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each provider's and those of the phrases; the failure is still reported."""
    closed: list[Any] = []

    async def fail() -> None:
        raise RuntimeError("the adapter cannot close")

    async with made.components() as components:
        for client in (*components.all, components.phrases):
            close = client.aclose  # type: ignore[union-attr]
            monkeypatch.setattr(client, "aclose", partial(_note, closed, client, close))
        with monkeypatch.context() as patch:
            patch.setattr(components.tts, "aclose", fail)
            with pytest.raises(RuntimeError, match="adapter"):
                await components.aclose()
        assert closed == [*components.all, components.phrases]


async def _note(closed: list[Any], client: Any, close: Any) -> None:
    closed.append(client)
    await close()


async def test_what_the_components_report_reaches_who_listens() -> None:
    """Records of Segments and decisions of the turn detector, whoever was there when they were
    made."""
    async with made.components() as components:
        heard: list[Any] = []
        components.events.on("segment", heard.append)
        components.events.on("predicted", lambda at, over: heard.append((at, over)))
        components.primary_tts.engine.on_segment("a record")  # type: ignore[misc, arg-type]
        assert components.turn_detector is not None
        components.turn_detector._on_predicted(1.5, True)
        assert heard == ["a record", (1.5, True)]
