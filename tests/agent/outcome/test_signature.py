"""The signature of what is posted: that of Standard Webhooks."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from agent.config.webhook_secret import key_of
from agent.outcome.signature import headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
GUIDE = Path(__file__).parents[3] / "docs/operating.md"


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of its reference libraries."""
    body = b'{"test": 2432232314}'
    event, now = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330.7
    assert headers(key_of(SECRET), event, body, now=now) == {
        "webhook-id": event,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_receiver_in_the_guide_takes_what_is_signed_and_nothing_else() -> None:
    """The code of docs/operating.md, as it stands there."""
    (code,) = re.findall(r"```python\n(.*?def is_signed.*?)```", GUIDE.read_text(), re.DOTALL)
    guide: dict[str, Any] = {}
    exec(code, guide)
    is_signed, body, now = guide["is_signed"], b'{"a":1}', 1_790_000_000
    sent = headers(key_of(SECRET), "evt_1", body, now=now)
    assert is_signed(SECRET, sent, body, now=now + 60)
    assert not is_signed(SECRET, sent, body + b" ", now=now)
    assert not is_signed(SECRET, sent, body, now=now + 600)
    assert not is_signed(SECRET, sent | {"webhook-id": "evt_2"}, body, now=now)
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    assert not is_signed(other, sent, body, now=now)
