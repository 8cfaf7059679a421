"""Errors: whose fault, in whose words, and what LiveKit gets."""

from __future__ import annotations

import pytest
from livekit.agents import APIConnectionError, APIError, APIStatusError, APITimeoutError
from livekit.plugins.sarvam_pooled import errors

WORDS = "my PIN is four two"


@pytest.mark.parametrize(
    ("said", "status", "ours"),
    [
        ("Input parameters has to be a valid dictionary", 422, "field of the configuration"),
        ("400: Speaker 'x' is not compatible with model bulbul:v3", 400, "this speaker"),
        ("Speech sample rate can only be 8000, 16000 Hz", 400, "speech_sample_rate"),
        ("Model bulbul:v2 is retired, please use bulbul:v3 instead", 400, "no longer serves"),
        ("rate limit exceeded", 429, "too many requests"),
        ("model unavailable", 503, "unavailable"),
        ("Websocket was left open without any messages for too long.", 408, "idle"),
        (f"cannot say '{WORDS}'", 500, "Internal Server Error"),
        (f"cannot say '{WORDS}'", 799, "an error"),
        (f"cannot say '{WORDS}'", -1, "an error"),
    ],
)
def test_sarvams_words_become_ours(said: str, status: int, ours: str) -> None:
    """A message says what to do, and never quotes what may quote the text."""
    error = errors.from_server(f"{said} {WORDS}", status=status, request_id="r")
    assert ours in str(error)
    assert (str(status) in str(error)) == (status > 0)
    assert WORDS not in str(error) + repr(error)
    assert WORDS in error.provider_message
    given = errors.to_api_error(error)
    assert WORDS not in str(given) + repr(given) + str(vars(given))


@pytest.mark.parametrize("status", [400, 422, -1])
def test_unspeakable_text_is_known_by_its_words(status: int) -> None:
    """Its code differs from report to report."""
    said = "400: Text must contain at least one character from the allowed languages."
    assert type(errors.from_server(said, status=status)) is errors.UnspeakableText


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        (errors.OptionError("x"), APIError, False),
        (errors.Closed("x"), APIError, False),
        (errors.RequestRefused("x", status=403), APIStatusError, False),
        (errors.UnspeakableText("x", status=422), APIStatusError, False),
        (errors.PoolTimeout("x"), APITimeoutError, True),
        (errors.ConnectFailed("x"), APIConnectionError, True),
        (errors.FirstAudioTimeout("x"), APITimeoutError, True),
        (errors.Stalled("x"), APITimeoutError, True),
        (errors.TooSlow("x"), APITimeoutError, True),
        (errors.ConnectionLost("x"), APIConnectionError, True),
        (errors.ProviderFailed("x", status=408), APIStatusError, True),
        (errors.ProviderFailed("x", status=429), APIStatusError, True),
        (errors.ProviderFailed("x", status=503), APIStatusError, True),
        (errors.ProviderFailed("x"), APIConnectionError, True),
        (errors.ProviderFailed("x", status=499), APIConnectionError, True),
        (errors.EmptyAudio("x"), APIConnectionError, True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_error_is_one_of_livekits(
    error: errors.SarvamError, kind: type[APIError], retryable: bool
) -> None:
    """With the verdict that LiveKit's retries go by. 499 would end a reply without a word."""
    given = errors.to_api_error(error)
    assert type(given) is kind
    assert given.retryable is retryable
    assert getattr(given, "status_code", 0) != 499


def test_all_errors_were_tested() -> None:
    """A new one needs a line above."""

    def leaves(kind: type) -> set[type]:
        below = kind.__subclasses__()
        return set().union(*map(leaves, below)) if below else {kind}

    assert {kind.__name__ for kind in leaves(errors.SarvamError)} == {
        "Closed", "ConnectFailed", "ConnectionLost", "EmptyAudio", "FirstAudioTimeout",
        "OptionError", "PoolTimeout", "TooSlow", "UnspeakableText",
    }  # fmt: skip
