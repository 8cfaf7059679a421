"""Settings that are given and do nothing are named, with what they need."""

from __future__ import annotations

import pytest

from agent.config.without_effect import without_effect

from ..made import settings

GATEWAY = {"SARVAM_BASE_URL": "https://gateway/text-to-speech"}


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        (GATEWAY, "SARVAM_BASE_URL has no effect: it needs SARVAM_WS_URL"),
        ({"TURN_WORDS": "true", "TURN_DETECTOR": "false"}, "TURN_WORDS has no effect: it needs"),
        ({"ENDPOINTING_MAX_DELAY": "2", "TURN_DETECTOR": "false"}, "ENDPOINTING_MAX_DELAY"),
        ({"ENDPOINTING_DOUBT_DELAY": "1", "TURN_DETECTOR": "false"}, "ENDPOINTING_DOUBT_DELAY"),
        (
            {"ENDPOINTING_DICTATION_DELAY": "2", "TURN_WORDS": "false"},
            "ENDPOINTING_DICTATION_DELAY",
        ),
        ({"TURN_WAITS": "true", "PREEMPTIVE_TTS": "false"}, "TURN_WAITS has no effect"),
        ({"PREEMPTIVE_TTS": "true", "PREEMPTIVE_LLM": "false"}, "PREEMPTIVE_TTS"),
        ({"PREEMPTIVE_ATTEMPTS": "9", "PREEMPTIVE_LLM": "false"}, "PREEMPTIVE_ATTEMPTS"),
        ({"PHRASE_MIN_CALLS": "1", "PHRASE_CACHE": "false"}, "PHRASE_MIN_CALLS"),
        ({"FILLER_AFTER": "1", "FILLERS": "false"}, "FILLER_AFTER has no effect"),
        ({"SARVAM_PITCH": "0.1"}, "SARVAM_PITCH has no effect: it needs SARVAM_MODEL=bulbul:v4"),
        (
            {"SARVAM_TEMPERATURE": "0.1", "SARVAM_MODEL": "bulbul:v4-flash"},
            "SARVAM_TEMPERATURE has no effect: it needs SARVAM_MODEL=bulbul:v3",
        ),
    ],
)
def test_a_setting_without_what_it_needs_is_named(variables: dict[str, str], line: str) -> None:
    """Once, and with what would make it act."""
    found = without_effect(settings(**variables))
    # The settings of these tests name a folder of phrases, whatever the rest is.
    [only] = [entry for entry in found if "PHRASE_STORE_DIR" not in entry]
    assert only.startswith(line)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        # As the sandbox and compose set them.
        GATEWAY | {"SARVAM_WS_URL": "wss://gateway/text-to-speech/ws"},
        {"SARVAM_BASE_URL": "https://api.sarvam.ai/text-to-speech"},
        # Nothing was given for the words.
        {"TURN_DETECTOR": "false"},
        # Switched off, it asks for nothing.
        {"TURN_DETECTOR": "false", "TURN_WORDS": "false", "TURN_WAITS": "false"},
        {"SARVAM_PITCH": "0.1", "SARVAM_MODEL": "bulbul:v4-flash"},
        {"SARVAM_TEMPERATURE": "0.1"},
        {"PREEMPTIVE_TTS": "true", "TURN_WAITS": "true", "ENDPOINTING_DOUBT_DELAY": "1"},
    ],
)
def test_a_setting_that_acts_is_not_named(variables: dict[str, str]) -> None:
    """Nor one that nobody has set."""
    assert without_effect(settings(**variables)) == []
