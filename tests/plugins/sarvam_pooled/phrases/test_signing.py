"""The digits that show whose phrase it is."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from livekit.plugins.sarvam_pooled.phrases.signing import Signer

KEY = "a secret of more than thirty-two letters"


def test_without_a_key_they_are_a_checksum() -> None:
    """Stores from before there were keys go on."""
    signer = Signer()
    assert signer.sign(b"content") == hashlib.sha256(b"content").hexdigest().encode()
    assert signer.name("ab" * 32) == "ab" * 32


def test_with_a_key_they_are_a_signature() -> None:
    """HMAC-SHA256 of the content; and phrases are filed under names that need the key too."""
    signer = Signer(KEY)
    expected = hmac.new(KEY.encode(), b"content", "sha256").hexdigest().encode()
    assert signer.sign(b"content") == expected
    assert signer.verify(b"content", expected)
    assert not signer.verify(b"content", hashlib.sha256(b"content").hexdigest().encode())
    assert not signer.verify(b"content", b"")
    names = {Signer(key).name("ab" * 32) for key in (None, KEY, KEY[::-1])}
    assert len(names) == 3
    assert {len(name) for name in names} == {64}


@pytest.mark.parametrize("key", ["", "short", "x" * 31])
def test_a_short_key_is_refused_without_showing_it(key: str) -> None:
    """It could be guessed."""
    with pytest.raises(ValueError, match="at least 32 characters") as caught:
        Signer(key)
    assert not key or key not in str(caught.value)


def test_the_key_is_not_shown() -> None:
    """A traceback with local values has `repr` in it."""
    assert KEY not in repr(Signer(KEY))
