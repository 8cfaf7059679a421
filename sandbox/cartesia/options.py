"""Settings of the stand-in beside latency and faults: `/_control` calls them `options`."""

from __future__ import annotations

from pydantic import Field

from sandbox.tts import SpeechOptions


class CartesiaOptions(SpeechOptions):
    """How this Cartesia behaves where the real one is set by a plan."""

    concurrency_limit: int | None = Field(15, ge=1)
    """Contexts active at once, ten times as many sockets (documented: 15 on the Scale plan)."""
    idle_timeout: float = Field(300.0, gt=0, le=3600)
    """Seconds without a message of the client until the socket is closed (documented)."""
    context_expiry: float | None = Field(1.0, gt=0)
    """Seconds after its last audio until an open context is closed (documented); None: never."""
