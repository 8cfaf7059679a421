"""Keys of a LiveKit server: new ones, and those that are refused."""

from __future__ import annotations

import pytest

from voice_agent_env.livekit_keys import SHORTEST, new_pair, weakness

PUBLIC, LOCAL = "wss://voice.example.com", "ws://127.0.0.1:7880"


def test_every_pair_is_new_and_fits_everywhere() -> None:
    """In a shell, in `.env` and in LIVEKIT_KEYS, without quotes."""
    pairs = [new_pair() for _ in range(50)]
    assert len({part for pair in pairs for part in pair}) == 100
    for key, secret in pairs:
        assert key.isalnum()
        assert secret.isalnum()
        assert weakness(PUBLIC, secret) is None


@pytest.mark.parametrize("secret", ["secret", "a-secret-for-this-machine-only-0000"])
def test_published_secrets_stay_on_loopback(secret: str) -> None:
    """Of `livekit-server --dev`, and of earlier versions of livekit.yaml."""
    assert "is published" in (weakness(PUBLIC, secret) or "")
    assert weakness(LOCAL, secret) is None


def test_a_short_secret_stays_on_loopback() -> None:
    """One that can be guessed."""
    assert f"must have {SHORTEST} characters" in (weakness(PUBLIC, "x" * (SHORTEST - 1)) or "")
    assert weakness(PUBLIC, "x" * SHORTEST) is None
    assert weakness(LOCAL, "x") is None
