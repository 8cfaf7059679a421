"""A provider that fails, told in one line."""

from __future__ import annotations

import logging

import pytest
from livekit.agents import APIConnectionError, APIStatusError

from agent.faults import OneLine, describe, provider_of, settings_to_check


@pytest.mark.parametrize(
    ("label", "provider"),
    [
        ("livekit.plugins.deepgram.stt.STT", "deepgram"),
        ("livekit.plugins.sarvam_pooled.tts.TTS", "sarvam"),
        ("something else", "something else"),
    ],
)
def test_the_provider_is_named(label: str, provider: str) -> None:
    """As the settings name it."""
    assert provider_of(label) == provider


def test_a_refused_key_points_at_the_key() -> None:
    """401 and 403 have one cause."""
    error = APIStatusError("no", status_code=401)
    assert settings_to_check("openai", error) == "OPENAI_API_KEY"


def test_an_unreachable_provider_points_at_its_address() -> None:
    """Each provider's own variable."""
    assert settings_to_check("sarvam", APIConnectionError()) == "SARVAM_WS_URL, SARVAM_API_KEY"
    assert "DEEPGRAM_BASE_URL" in settings_to_check("deepgram", APIConnectionError())


def test_bodies_are_left_out() -> None:
    """A body may hold a caller's words."""
    error = APIStatusError("bad request", status_code=400, body={"text": "my words"})
    assert describe(error) == "APIStatusError 400: bad request"


def test_expected_errors_lose_their_traceback_and_others_keep_it() -> None:
    """A mistake of ours must still be found."""
    for error, kept in ((APIConnectionError("gone"), False), (KeyError("x"), True)):
        record = logging.LogRecord("n", 40, "f", 1, "failed", (), (type(error), error, None))
        assert OneLine().filter(record)
        assert (record.exc_info is not None) is kept
