"""The form of the secret that signs webhooks."""

from __future__ import annotations

import base64

import pytest

from agent.config.webhook_secret import key_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.parametrize("length", [24, 32, 64])
def test_a_secret_has_a_key_of_24_to_64_bytes(length: int) -> None:
    """As the specification says."""
    key = bytes(range(length))
    assert key_of("whsec_" + base64.b64encode(key).decode()) == key


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "secret",
        "whsec_abc",
        SECRET[6:],
        SECRET + "!",
        "whsec_a b=",
    ],
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    """With how to make one, and without the secret."""
    with pytest.raises(ValueError, match="openssl rand -base64 32") as refused:
        key_of(secret)
    assert not secret.removeprefix("whsec_") or secret not in str(refused.value)
