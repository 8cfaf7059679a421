"""A provider that fails is one line of the log."""

from __future__ import annotations

import aiohttp
import pytest
from livekit.agents import APIConnectionError, APIError, APIStatusError, APITimeoutError
from livekit.agents.tts import TTSError
from yarl import URL

from agent.call.provider_errors import ProviderErrorLog, advice, describe, provider_of


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


@pytest.mark.parametrize(
    ("error", "what", "look_at"),
    [
        (APIStatusError("no", status_code=401), "key", "SARVAM_API_KEY"),
        (APIStatusError("no", status_code=403), "key", "SARVAM_API_KEY"),
        (APIStatusError("no", status_code=429), "quota", "SARVAM_API_KEY"),
        (APIStatusError("no", status_code=404), "address", "SARVAM_WS_URL, SARVAM_MODEL"),
        (APIStatusError("no", status_code=422), "refuses a request", "SARVAM_SPEAKER"),
        (APIStatusError("no", status_code=503), "failed", ""),
        (APITimeoutError(), "in time", "TTS_TIMEOUT"),
        (APIConnectionError(), "reached", "SARVAM_WS_URL"),
        (APIError("odd"), "failed", ""),
    ],
)
def test_each_failure_points_at_the_settings_that_cause_it(
    error: Exception, what: str, look_at: str
) -> None:
    """What happened, and what to change."""
    message, settings = advice("sarvam", error)
    assert what in message
    assert look_at in settings
    assert bool(settings) == bool(look_at)


def test_each_provider_has_its_own_settings() -> None:
    """Deepgram is reached by a base URL."""
    assert advice("deepgram", APIConnectionError())[1] == "DEEPGRAM_BASE_URL"


def test_bodies_and_addresses_are_left_out() -> None:
    """A body may hold a caller's words, and an address a key."""
    error = APIStatusError("bad request", status_code=400, body={"text": "my words"})
    assert describe(error) == "APIStatusError 400: bad request"
    url = URL("ws://h/?api_key=secret")
    info = aiohttp.RequestInfo(url, "GET", headers={}, real_url=url)  # type: ignore[arg-type]
    refused = aiohttp.WSServerHandshakeError(info, (), status=401, message="no")
    assert describe(refused) == "WSServerHandshakeError 401: no"


def test_a_repeated_failure_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """A provider that is down fails in every reply."""
    log = ProviderErrorLog()
    for status in (401, 401, 503):
        log.on_error(
            TTSError(
                timestamp=0,
                label="livekit.plugins.sarvam_pooled.tts.TTS",
                error=APIStatusError("no", status_code=status),
                recoverable=False,
            )
        )
    assert [record.message for record in caplog.records] == [
        "a provider refuses its key",
        "a provider failed",
    ]
    assert caplog.records[0].__dict__["provider"] == "sarvam"
    assert caplog.records[0].__dict__["look_at"] == "SARVAM_API_KEY"
