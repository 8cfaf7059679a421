"""The options of the stand-in for Deepgram."""

from __future__ import annotations

from pydantic import Field

from sandbox.account import Options


class DeepgramOptions(Options):
    """What the service recognises, and its time limits."""

    script: tuple[str, ...] | None = None
    """Texts that are recognised whatever is said, in any language; null or empty: recognise.

    Streams that are already open keep the script that they began with."""
    shared_script: bool = False
    """Whether all streams share one script, as those of one call that reconnects; otherwise each
    stream begins with the first text."""
    script_gap: float = Field(0.6, ge=0, le=10)
    """Seconds of silence within which speech continues the same text of the script."""
    interim_interval: float = Field(0.25, gt=0, le=10)
    """Seconds of speech from one interim result to the next (inferred)."""
    longest_segment: float = Field(12.0, ge=1, le=120)
    """Seconds of speech without a pause after which a result is final anyway (inferred)."""
    idle_timeout: float = Field(10.0, gt=0, le=3600)
    """Seconds without audio or a message until the connection is closed (documented: 10)."""
