"""Signs what is posted, as Standard Webhooks does (standardwebhooks.com), for which receivers have
libraries in most languages. Pure.

Three headers: `webhook-id`, `webhook-timestamp` (seconds of Unix time of this attempt) and
`webhook-signature`: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac


def headers(key: bytes, event_id: str, body: bytes, *, now: float) -> dict[str, str]:
    """The headers of one attempt.

    Args:
        event_id: The same in each attempt.
        now: Seconds of Unix time.
    """
    timestamp = str(int(now))
    signed = f"{event_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
