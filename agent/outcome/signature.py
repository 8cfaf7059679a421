"""Signs what is posted, as Standard Webhooks does (standardwebhooks.com), for which receivers have
libraries in most languages. Pure.

Three headers: `webhook-id`, `webhook-timestamp` (seconds of Unix time of this attempt) and
`webhook-signature`: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The key in a secret: `whsec_` and 24 to 64 bytes in base64.

    Raises:
        ValueError: It is not one.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError(
            "must be whsec_ and 24 to 64 bytes in base64: "
            '`echo "whsec_$(openssl rand -base64 32)"` makes one'
        )
    return key


def headers(key: bytes, event: str, body: bytes, *, now: float) -> dict[str, str]:
    """The headers of one attempt.

    Args:
        event: The event's id.
        now: Seconds of Unix time.
    """
    timestamp = str(int(now))
    signed = f"{event}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": event,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
