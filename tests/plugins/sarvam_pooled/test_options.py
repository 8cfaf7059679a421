"""Options are checked where they are given, by name."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.plugins.sarvam import tts as official
from livekit.plugins.sarvam_pooled import (
    TTS,
    OptionError,
    PoolLimits,
    Segmenting,
    Socket,
    Synthesis,
    Timeouts,
)
from livekit.plugins.sarvam_pooled.voice import Voice, change_voice, make_voice


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        (Segmenting, "max_length", 49),
        (Segmenting, "max_length", 2501),
        (Segmenting, "growth", 0.5),
        (Segmenting, "min_length", 0),
        (PoolLimits, "min_idle", -1),
        (PoolLimits, "max_connections", 0),
        (PoolLimits, "max_age", 0),
        (PoolLimits, "ping_interval", 0),
        (PoolLimits, "backoff_initial", -0.1),
        (Timeouts, "connect", 0),
        (Timeouts, "final", -1),
        (Socket, "max_message_bytes", 0),
        (Socket, "ping_interval", -1),
        (Socket, "ping_timeout", 0),
        (Synthesis, "parallel", 0),
        (Synthesis, "retries", -1),
        (Synthesis, "look_ahead", -1),
        (Synthesis, "hedge_budget", -0.1),
        (Synthesis, "hedge_quantile", 0),
        (Synthesis, "hedge_quantile", 1.1),
        (Synthesis, "trim_silence", -1),
    ],
)
def test_a_value_that_cannot_work_is_refused_by_name(group: Any, name: str, value: float) -> None:
    """In the constructor, and not as silence in a call."""
    with pytest.raises(OptionError, match=name):
        group(**{name: value})


@pytest.mark.parametrize(
    "options",
    [
        Segmenting(first_clause=False),
        PoolLimits(min_idle=0),
        Socket(compression=True, nodelay=False, ping_interval=0),
        Synthesis(parallel=1, hedge=False, hedge_budget=0, retries=0, trim_silence=0, look_ahead=0),
    ],
    ids=lambda options: type(options).__name__,
)
def test_every_optimisation_can_be_switched_off(options: object) -> None:
    """Off is a value like any other."""
    assert options is not None


def test_a_retired_model_is_replaced_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Old settings go on working."""
    assert make_voice(model="bulbul:v2").model == "bulbul:v3"
    assert "successor" in caplog.text


def test_unknown_names_are_passed_on_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Sarvam adds voices faster than plugins are released."""
    voice = make_voice(speaker="newcomer", target_language_code="xx-IN")
    assert (voice.speaker, voice.target_language_code) == ("newcomer", "xx-IN")
    assert caplog.text.count("which is sent unchanged") == 2


def test_a_new_model_family_brings_its_speaker() -> None:
    """The old one does not exist there; one that is named stays."""
    flash = change_voice(Voice(), model="bulbul:v4-flash")
    assert flash.speaker == "shubh_en_narration_gentle"
    assert change_voice(flash, model="bulbul:v3").speaker == "shubh"
    assert change_voice(flash, model="bulbul:v3", speaker="ritu").speaker == "ritu"


def test_an_address_that_is_not_used_is_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    """Without a `ws_url` it has no effect, which is logged; with one, nothing is wrong."""
    gateway = "https://gateway.example/text-to-speech"
    TTS(api_key="key", base_url=gateway)
    [record] = caplog.records
    assert "set ws_url" in record.message
    caplog.clear()
    TTS(api_key="key", base_url=gateway, ws_url="wss://gateway.example/text-to-speech/ws")
    TTS(api_key="key")
    assert not caplog.records


@pytest.mark.parametrize(
    ("model", "option", "low", "high"),
    [
        ("bulbul:v3", "pace", 0.5, 2.0),
        ("bulbul:v3", "pitch", -0.75, 0.75),
        ("bulbul:v3", "loudness", 0.1, 3.0),
        ("bulbul:v3", "temperature", 0.01, 1.0),
        ("bulbul:v3", "min_buffer_size", 30, 200),
        ("bulbul:v3", "max_chunk_length", 50, 500),
        ("bulbul:v4-flash", "pitch", -0.5, 0.5),
        ("bulbul:v4-flash", "loudness", 0.1, 2.5),
    ],
)
def test_a_number_is_bounded_as_documented(
    model: str, option: str, low: float, high: float
) -> None:
    """Both ends are taken, and what is beyond them is not."""
    for value in (low, high):
        assert getattr(make_voice(model=model, **{option: value}), option) == value  # type: ignore[misc]
    for value in (low - 0.01, high + 0.01):
        with pytest.raises(OptionError, match=f"{option} must be between {low} and {high}"):
            make_voice(model=model, **{option: value})  # type: ignore[misc]


def test_the_ranges_of_v4_are_those_of_the_official_plugin() -> None:
    """Those of bulbul:v3 are the API's: the official plugin lets through what it refuses."""
    for option, bounds in official._V4_PARAM_BOUNDS.items():
        for value in bounds:
            make_voice(model="bulbul:v4-flash", **{option: value})  # type: ignore[misc]
        with pytest.raises(OptionError, match=option):
            make_voice(model="bulbul:v4-flash", **{option: bounds[1] + 0.01})  # type: ignore[misc]


def test_all_problems_of_a_voice_are_reported_at_once() -> None:
    """One round of corrections is enough."""
    with pytest.raises(OptionError) as caught:
        make_voice(pace=3.0, speaker="Ritu", output_audio_codec="ogg")
    for part in ("pace must be", "lower case: 'ritu'", "output_audio_codec must be one of mp3,"):
        assert part in str(caught.value)
