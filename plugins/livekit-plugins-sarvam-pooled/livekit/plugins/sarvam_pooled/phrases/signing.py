"""Signs phrases, so that others' phrases are not taken for those of this deployment. Pure.

A checksum finds damage, but anyone can compute one. Where others can write to the folder or the
Redis server of the phrases, a secret key makes the checksum a signature. Phrases with another key,
or without one, have other names: they are neither found nor replaced.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

MIN_KEY_LENGTH: Final = 32
"""Characters of a key; `openssl rand -hex 32` makes one of 64."""


class Signer:
    """SHA-256, or HMAC-SHA256 with a key.

    Args:
        key: Any secret text, the same on all machines that share phrases; None for no signature.

    Raises:
        ValueError: The key is too short to be a secret. The message does not contain it.
    """

    def __init__(self, key: str | None = None) -> None:
        if key is not None and len(key) < MIN_KEY_LENGTH:
            raise ValueError(f"a signing key must have at least {MIN_KEY_LENGTH} characters")
        self._key = None if key is None else key.encode(errors="surrogateescape")

    @property
    def has_key(self) -> bool:
        """Whether phrases are signed."""
        return self._key is not None

    def sign(self, content: bytes | memoryview) -> bytes:
        """The checksum of `content`, which with a key is a signature: 64 hexadecimal digits."""
        if self._key is None:
            return hashlib.sha256(content).hexdigest().encode("ascii")
        return hmac.new(self._key, content, "sha256").hexdigest().encode("ascii")

    def verify(self, content: bytes | memoryview, checksum: bytes) -> bool:
        """Whether `checksum` belongs to `content`, compared in constant time."""
        return hmac.compare_digest(self.sign(content), checksum)

    def name(self, digest: str) -> str:
        """The name of a phrase from its key's digest: 64 hexadecimal digits."""
        if self._key is None:
            return digest
        return hmac.new(self._key, b"name " + digest.encode("ascii"), "sha256").hexdigest()

    def __repr__(self) -> str:
        return f"<Signer {'with a key' if self.has_key else 'without a key'}>"
