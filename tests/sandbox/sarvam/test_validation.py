"""Which messages are accepted, and the exact error for all others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.sarvam.frames import ConfigFrame, FlushFrame, PingFrame, TextFrame
from sandbox.sarvam.validation import (
    BAD_RATE,
    SCHEMA_ERROR,
    UNSPEAKABLE,
    Refusal,
    check_config,
    check_text,
    read_frame,
)

CONFIG = {"target_language_code": "hi-IN", "speaker": "shubh"}


def config(engine: Any = "bulbul:v3", **changes: Any) -> Any:
    """The refusal of a configuration, or None."""
    frame = read_frame(json.dumps({"type": "config", "data": CONFIG | changes}))
    return frame if isinstance(frame, Refusal) else check_config(frame.data, engine)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"min_buffer_size": 30, "max_chunk_length": 50},
        {"min_buffer_size": 200, "max_chunk_length": 500},
        {"pace": 0.5},
        {"pace": 2.0},
        {"temperature": 0.01},
        {"speech_sample_rate": "8000"},
        {"speech_sample_rate": 24000},
        {"output_audio_codec": "mulaw", "output_audio_bitrate": "32k"},
        {"pitch": 0.0, "loudness": 1.0, "enable_preprocessing": False},
        {"model": None, "pace": None, "dict_id": None, "min_buffer_size": None},
        {"model": "bulbul:v2"},
        {"something_new": [1]},
    ],
)
def test_documented_ranges_nulls_and_unknown_keys_are_accepted(changes: dict[str, Any]) -> None:
    """The documented ranges, explicit nulls and unknown keys are accepted."""
    assert config(**changes) is None


def test_either_name_of_the_language() -> None:
    """Older clients say `target_language_code`, newer ones `language_code`."""
    data = {"language_code": "od-IN", "speaker": "ritu"}
    frame = read_frame(json.dumps({"type": "config", "data": data}))
    assert isinstance(frame, ConfigFrame)
    assert frame.data.language == "od-IN"


def test_absent_fields_have_the_documented_defaults() -> None:
    """MP3 at 22050 Hz, 50 and 150 characters."""
    frame = read_frame(json.dumps({"type": "config", "data": CONFIG}))
    data = frame.data
    assert (data.codec, data.sample_rate, data.bits_per_second) == ("mp3", 22050, 128_000)
    assert (data.min_buffer_size, data.max_chunk_length, data.pace) == (50, 150, 1.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"target_language_code": "fr-FR"},
        {"target_language_code": "ur-IN"},
        {"speaker": ""},
        {"speaker": None},
        {"pace": 0.4},
        {"pace": 2.1},
        {"temperature": 0},
        {"temperature": 1.5},
        {"min_buffer_size": 25},
        {"min_buffer_size": 201},
        {"max_chunk_length": 49},
        {"max_chunk_length": 501},
        {"output_audio_codec": "pcm_s16le"},
        {"output_audio_bitrate": "256k"},
        {"model": "bulbul:v4"},
    ],
)
def test_everything_outside_the_schema_gets_the_same_error(changes: dict[str, Any]) -> None:
    """Anything outside the schema has one and the same answer."""
    assert config(**changes) == SCHEMA_ERROR


@pytest.mark.parametrize("rate", [11025, 12000, 32000, 48000])
def test_a_socket_takes_four_rates_and_names_them(rate: int) -> None:
    """A socket takes four rates only, and says which."""
    assert config(speech_sample_rate=rate) == BAD_RATE


@pytest.mark.parametrize(
    ("engine", "speaker", "refused"),
    [
        ("bulbul:v3", "shubh", False),
        ("bulbul:v3-beta", "ritu", False),
        ("bulbul:v3", "Shubh", True),
        ("bulbul:v3", "anushka", True),
        ("bulbul:v3", "shubh_en_narration_gentle", True),
        ("bulbul:v4-flash", "shubh_en_narration_gentle", False),
        ("bulbul:v4-flash", "shubh", True),
    ],
)
def test_each_model_has_its_own_speakers(engine: str, speaker: str, refused: bool) -> None:
    """By their exact names; the error has no separate code."""
    refusal = config(engine, speaker=speaker)
    if not refused:
        assert refusal is None
        return
    assert refusal.message.startswith(f"Speaker '{speaker}' is not compatible with model")
    assert refusal.code_in_message


def test_a_retired_model_names_its_successor() -> None:
    """A retired model names its successor; one that never was is a schema fault."""
    assert config("bulbul:v2").code == 400
    assert "bulbul:v3" in config("bulbul:v2").message
    assert config("bulbul:v4") == SCHEMA_ERROR


def test_the_newest_model_has_no_opus_at_22050_hz() -> None:
    """The newest model has no Opus at 22050 Hz."""
    speaker = "shubh_en_sports"
    changes = {"speaker": speaker, "output_audio_codec": "opus"}
    assert config("bulbul:v4-flash", **changes, speech_sample_rate=24000) is None
    assert config("bulbul:v4-flash", **changes, speech_sample_rate=22050).code == 400


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ('{"type":"text","data":{"text":"hello"}}', TextFrame),
        ('{"type":"flush"}', FlushFrame),
        ('{"type":"flush","data":{}}', FlushFrame),
        ('{"type":"ping"}', PingFrame),
    ],
)
def test_each_message_is_identified_by_its_type(raw: str, kind: Any) -> None:
    """All four of the protocol."""
    assert isinstance(read_frame(raw), kind)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"type":"convert","data":{"text":"hello"}}',
        '{"type":"text"}',
        '{"type":"text","data":{"text":""}}',
        '{"type":"text","data":{"text":7}}',
        '{"type":"config","data":null}',
        json.dumps({"type": "text", "data": {"text": "x" * 2501}}),
    ],
)
def test_any_other_message_is_a_schema_error(raw: Any) -> None:
    """Anything else is a schema fault."""
    assert read_frame(raw) == SCHEMA_ERROR


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("hello", None),
        ("नमस्ते", None),
        ("தமிழ்", None),
        ("5", None),
        ("…", UNSPEAKABLE),
        ("।", UNSPEAKABLE),
        (" ", UNSPEAKABLE),
        ("🙂", UNSPEAKABLE),
        ("你好", UNSPEAKABLE),
    ],
)
def test_a_text_needs_a_letter_or_digit_of_a_supported_language(text: str, refusal: Any) -> None:
    """A text needs a letter or a digit of a language that is spoken here."""
    assert check_text(text) == refusal
