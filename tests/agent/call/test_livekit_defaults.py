"""LiveKit's defaults are what the settings say they are, and set to them a session is LiveKit's.

A new version of LiveKit that changes one fails here.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from livekit.agents import AgentSession, APIConnectOptions, inference
from livekit.agents.voice.room_io import AudioInputOptions
from livekit.plugins import sarvam, silero

from agent.call.session import build_room_options
from agent.config.settings import Settings
from tests.support.scripted_llm import ScriptedLLM

from .. import made

CLAIM = re.compile(r"LiveKit's default: ([\w.-]*\w)")
# What only we have: LiveKit's default is that it is off.
OURS = {
    "prewarm": "false",
    "turn_words": "false",
    "turn_asks_again": "false",
    "turn_waits": "false",
    "fillers": "false",
    "stt_finalize_after": "0",
}


def claims() -> dict[str, str]:
    """What the settings say of LiveKit's defaults, by name."""
    texts = {name: field.description or "" for name, field in Settings.model_fields.items()}
    found = {name: CLAIM.search(" ".join(text.split())) for name, text in texts.items()}
    return {name: claim[1] for name, claim in found.items() if claim}


def default_session(**options: Any) -> AgentSession[None]:
    """A session of which nothing is said but its LLM."""
    return AgentSession(llm=ScriptedLLM(), **options)


async def livekit() -> dict[str, str]:
    """LiveKit's defaults by the names of our settings, spelt as in `.env`."""
    session = default_session()
    options, audio, wait = session.options, AudioInputOptions(), APIConnectOptions()
    assert isinstance(session.vad, inference.VAD)
    values = {
        "vad": "bundled",
        "vad_min_silence": session.vad.min_silence_duration,
        "turn_detector": isinstance(session.turn_detection, inference.TurnDetector),
        "endpointing_min_delay": options.endpointing["min_delay"],
        "endpointing_max_delay": options.endpointing["max_delay"],
        "preemptive_llm": options.preemptive_generation["enabled"],
        "preemptive_tts": options.preemptive_generation["preemptive_tts"],
        "preemptive_attempts": options.preemptive_generation["max_retries"],
        "interruption_min_duration": options.interruption["min_duration"],
        "false_interruption_timeout": options.interruption["false_interruption_timeout"],
        "aec_warmup": options.aec_warmup_duration,
        "audio_frame_ms": audio.frame_size_ms,
        "audio_rate": audio.sample_rate,
        "text_transforms": bool(options.tts_text_transforms),
        "stt_timeout": wait.timeout,
        "llm_timeout": wait.timeout,
        "tts_timeout": wait.timeout,
    }
    return OURS | {name: spelt(value) for name, value in values.items()}


def spelt(value: object) -> str:
    """As in `.env`."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else str(value)


async def test_each_default_that_is_named_is_livekits() -> None:
    """One that is named for another setting belongs in `livekit` above."""
    assert claims() == await livekit()


async def test_a_session_set_to_livekits_defaults_is_livekits() -> None:
    """Option by option; the mode of interruptions alone is pinned, as its default is a cloud's."""
    variables = {name.upper(): value for name, value in claims().items()}
    bare = default_session()
    async with made.session(**variables) as session:
        ours, theirs = session.options, bare.options
        assert ours.endpointing == theirs.endpointing
        assert ours.preemptive_generation == theirs.preemptive_generation
        assert ours.interruption == {**theirs.interruption, "mode": "vad"}
        assert ours.tts_text_transforms == theirs.tts_text_transforms
        assert ours.aec_warmup_duration == theirs.aec_warmup_duration
        assert isinstance(session.vad, inference.VAD)
        assert session.vad.min_silence_duration == bare.vad.min_silence_duration  # type: ignore[union-attr]
        detector: Any = session.turn_detection
        assert detector._delays is None
        assert detector.model == bare.turn_detection.model  # type: ignore[union-attr]
        waits = session.conn_options
        for wait in (waits.stt_conn_options, waits.llm_conn_options, waits.tts_conn_options):
            assert wait.timeout == APIConnectOptions().timeout
    audio = build_room_options(made.settings(**variables)).audio_input
    assert isinstance(audio, AudioInputOptions)
    bare_audio = AudioInputOptions()
    assert audio.sample_rate == bare_audio.sample_rate
    assert audio.frame_size_ms == bare_audio.frame_size_ms


async def test_the_second_defaults_that_are_named_are_livekits() -> None:
    """Those of the other VAD, and of a session without a turn detector."""
    fields = Settings.model_fields
    silence = inspect.signature(silero.VAD.load).parameters["min_silence_duration"].default
    assert f"{silence:g} with VAD=plugin" in fields["vad_min_silence"].description  # type: ignore[operator]
    without = default_session(turn_handling={"turn_detection": "vad"}).options.endpointing
    stated = fields["endpointing_min_delay"].description
    assert f"{without['min_delay']:g} with TURN_DETECTOR=false" in stated  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "option"),
    [("tts_codec", "output_audio_codec"), ("sarvam_base_url", "base_url")],
)
def test_what_is_said_of_the_official_plugin_is_so(name: str, option: str) -> None:
    """Where its constructor says it."""
    official = inspect.signature(sarvam.TTS.__init__).parameters[option].default
    field = Settings.model_fields[name]
    assert official in (
        field.default,
        *re.findall(r"Official plugin:\s(\w+)", str(field.description)),
    )
