"""A drop-in for the official plugin, also for what wraps a TTS."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

import pytest
from livekit.agents import tts
from livekit.plugins import sarvam, sarvam_pooled
from livekit.plugins.sarvam_pooled.voice import Voice, VoiceArguments

from sandbox.conditions import Fault

from .conftest import NO_RETRY, ONCE, Heard, MakeRig, drain


@pytest.mark.parametrize("name", ["__init__", "update_options", "stream", "synthesize"])
def test_it_takes_the_arguments_of_the_official_plugin(name: str) -> None:
    """Under the same names, in the same way; what is more is keyword-only and optional."""
    official, ours = arguments(sarvam.TTS, name), arguments(sarvam_pooled.TTS, name)
    assert official.items() <= ours.items()
    more = {ours[argument] for argument in ours.keys() - official.keys()}
    assert more <= {(inspect.Parameter.KEYWORD_ONLY, False)}


def arguments(plugin: type[tts.TTS[Any]], name: str) -> dict[str, tuple[Any, bool]]:
    """Each argument's kind, and whether it must be given."""
    return {
        parameter.name: (parameter.kind, parameter.default is parameter.empty)
        for parameter in inspect.signature(getattr(plugin, name)).parameters.values()
    }


def test_the_voices_arguments_are_its_fields() -> None:
    """Written twice, as a dataclass and as what `TTS` takes."""
    assert VoiceArguments.__annotations__.keys() == {field.name for field in fields(Voice)}


@pytest.mark.parametrize("update", [False, True])
def test_an_argument_that_does_not_exist_is_refused(update: bool) -> None:
    """A typing error must not change nothing in silence."""
    voice = sarvam_pooled.TTS(api_key="key")
    with pytest.raises(TypeError, match="pase"):
        voice.update_options(pase=2.0) if update else sarvam_pooled.TTS(api_key="key", pase=2.0)  # type: ignore[call-arg]


def test_it_has_every_public_name_of_the_official_class() -> None:
    """Every public method of one exists on the other."""
    names = {name for name in dir(sarvam.TTS) if not name.startswith("_")}
    assert names <= set(dir(sarvam_pooled.TTS))


async def test_every_update_of_the_official_plugin_is_taken(make_rig: MakeRig) -> None:
    """All at once, and the next reply has them."""
    async with make_rig() as rig:
        rig.tts.update_options(
            model="bulbul:v3", target_language_code="hi-IN", speaker="ritu", pitch=0.0, pace=1.5,
            loudness=1.0, temperature=0.5, output_audio_bitrate="64k", min_buffer_size=30,
            max_chunk_length=100, enable_preprocessing=True, dict_id="d",
            enable_cached_responses=True, send_completion_event=True, output_audio_codec="mp3",
        )  # fmt: skip
        heard = await rig.say("Good morning.")
        assert heard.seconds == pytest.approx(13 / 14 / 1.5, abs=0.08)


async def test_livekits_fallback_takes_over_from_it(make_rig: MakeRig) -> None:
    """A provider that is down is left for the next, with the whole text."""
    refused = Fault(kind="refuse", code=503)
    async with make_rig(refused, synthesis=ONCE) as down, make_rig() as up:
        both = tts.FallbackAdapter([down.tts, up.tts], max_retry_per_tts=0)
        heard = Heard()
        async with both.stream(conn_options=NO_RETRY) as stream:
            stream.push_text("Good morning.")
            stream.end_input()
            await drain(stream, heard)
        assert heard.texts(up.spoken()) == ["Good morning."]
        await both.aclose()
