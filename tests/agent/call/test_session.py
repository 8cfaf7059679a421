"""Each setting of a turn reaches the session or the room's options."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.agents import AgentSession
from livekit.agents.voice.room_io import AudioInputOptions

from agent.call.session import build_room_options
from agent.turns.detector import EndpointingTurnDetector

from .. import made

NO_POLICY = {"TURN_WORDS": "false", "TURN_ASKS_AGAIN": "false"}


@pytest.mark.parametrize(
    ("variable", "value", "group", "option", "expected"),
    [
        ("ENDPOINTING_MIN_DELAY", "0.4", "endpointing", "min_delay", 0.4),
        ("ENDPOINTING_MAX_DELAY", "2.2", "endpointing", "max_delay", 2.2),
        ("PREEMPTIVE_LLM", "false", "preemptive_generation", "enabled", False),
        ("PREEMPTIVE_TTS", "false", "preemptive_generation", "preemptive_tts", False),
        ("PREEMPTIVE_ATTEMPTS", "2", "preemptive_generation", "max_retries", 2),
        ("INTERRUPTION_MIN_DURATION", "0.7", "interruption", "min_duration", 0.7),
        ("FALSE_INTERRUPTION_TIMEOUT", "1", "interruption", "false_interruption_timeout", 1.0),
    ],
)
async def test_a_setting_of_turns_reaches_livekit(
    variable: str, value: str, group: str, option: str, expected: object
) -> None:
    """Under LiveKit's own name."""
    async with made.session(**{variable: value}) as session:
        assert getattr(session.options, group)[option] == expected


async def test_text_and_echo_are_left_alone_unless_set() -> None:
    """LiveKit would hold text back for its filters, and not hear the caller for 3 s."""
    async with made.session() as session:
        assert session.options.tts_text_transforms is None
        assert session.options.aec_warmup_duration is None
    async with made.session(TEXT_TRANSFORMS="true", AEC_WARMUP="2") as session:
        assert session.options.tts_text_transforms
        assert session.options.aec_warmup_duration == 2


@pytest.mark.parametrize("part", ["stt", "llm", "tts"])
async def test_each_time_limit_is_that_of_its_provider(part: str) -> None:
    """The others keep theirs."""
    async with made.session() as before, made.session(**{f"{part.upper()}_TIMEOUT": "7"}) as after:
        times = {name: (limit(before, name), limit(after, name)) for name in ("stt", "llm", "tts")}
    assert times.pop(part)[1] == 7
    assert all(was == now for was, now in times.values())


def limit(session: AgentSession[None], part: str) -> float:
    """Seconds that `session` gives a provider."""
    options = getattr(session.conn_options, f"{part}_conn_options")
    return float(options.timeout)


async def test_without_a_turn_detector_silence_ends_a_turn() -> None:
    """LiveKit's own mode for that."""
    async with made.session(TURN_DETECTOR="false") as session:
        assert session.turn_detection == "vad"


@pytest.mark.parametrize(
    ("variables", "words", "repeats_inference", "waits"),
    [
        ({}, True, True, True),
        ({"TURN_WORDS": "false"}, False, True, True),
        ({"TURN_ASKS_AGAIN": "false"}, True, False, True),
        ({"TURN_WAITS": "false"}, True, True, False),
        ({"PREEMPTIVE_TTS": "false"}, True, True, False),
        (NO_POLICY, False, False, True),
    ],
)
async def test_each_switch_of_the_turn_detector_is_one(
    variables: dict[str, str], words: bool, repeats_inference: bool, waits: bool
) -> None:
    """By itself, and the limits of silence are those that are set."""
    given = {"ENDPOINTING_MIN_DELAY": "0.1", "ENDPOINTING_DOUBT_DELAY": "0.9"}
    async with made.session(**variables, **given) as session:
        detector: Any = session.turn_detection
        assert isinstance(detector, EndpointingTurnDetector)
        assert (detector._transcript is not None) is words
        assert bool(detector._repeat_at) is repeats_inference
        assert (detector._preemptive_reply is not None) is waits
        delays = detector._delays
        assert (delays.min_delay, delays.uncertain_delay, delays.max_delay) == (0.1, 0.9, 1.5)


async def test_with_all_of_them_off_livekit_decides() -> None:
    """Its detector is observed, and no more."""
    async with made.session(**NO_POLICY, TURN_WAITS="false") as session:
        detector: Any = session.turn_detection
        assert detector._delays is None


def test_the_callers_audio_comes_as_it_is_set() -> None:
    """Length and rate of its frames."""
    options = build_room_options(made.settings(AUDIO_FRAME_MS="20", AUDIO_RATE="48000"))
    audio = options.audio_input
    assert isinstance(audio, AudioInputOptions)
    assert (audio.frame_size_ms, audio.sample_rate) == (20, 48000)


def test_nobody_can_send_audio_from_before_the_call() -> None:
    """LiveKit's reader of it bounds nothing, and asks nobody whose it is."""
    audio = build_room_options(made.settings()).audio_input
    assert isinstance(audio, AudioInputOptions)
    assert not audio.pre_connect_audio
