"""The secret that signs webhooks, in the form of Standard Webhooks (standardwebhooks.com). Pure."""

from __future__ import annotations

import base64
import binascii

_PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The key in a secret: `whsec_` and 24 to 64 bytes in base64.

    Raises:
        ValueError: It is not one.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(_PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError(
            "must be whsec_ and 24 to 64 bytes in base64: "
            '`echo "whsec_$(openssl rand -base64 32)"` makes one'
        )
    return key
