"""Makes key pairs that sign tokens of a LiveKit server, and refuses weak secrets."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from .addresses import is_loopback

SHORTEST = 32
"""Characters of a secret; livekit-server warns below it, as HS256 wants 256 bits (RFC 7518)."""

# Of `livekit-server --dev` (key `devkey`), and of earlier versions of this project's livekit.yaml.
_PUBLISHED = frozenset({"secret", "a-secret-for-this-machine-only-0000"})


def new_pair() -> tuple[str, str]:
    """A key and its secret, of 48 and 256 random bits, in letters and digits alone."""
    return f"API{secrets.token_hex(6)}", secrets.token_hex(32)


def weakness(url: str, secret: str) -> str | None:
    """Why a secret must not sign for the server at `url`, and what to do; None if it may.

    On loopback any secret may, also that of `livekit-server --dev`: programs and web pages on that
    machine can reach the server, the network cannot.

    Returns:
        The rest of a sentence that begins with the name of the setting, without the secret.
    """
    if is_loopback(urlsplit(url).hostname or ""):
        return None
    if secret in _PUBLISHED:
        return (
            "is published, so anybody can sign with it: make a pair of your own with `make keys` "
            "or `livekit-server generate-keys`"
        )
    if len(secret) < SHORTEST:
        return (
            f"must have {SHORTEST} characters or more: make a pair with `make keys` or "
            "`livekit-server generate-keys`"
        )
    return None
