"""Settings of the stand-in beside latency and faults: `/_control` calls them `options`."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field


class DeepgramOptions(BaseModel):
    """What this Deepgram hears, and when it loses patience."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    script: tuple[str, ...] | None = None
    """Texts that are heard instead of what is said, in any language; null or none of them: hear.

    Streams that are open already keep to what they began with."""
    shared_script: bool = False
    """Whether all streams follow the script together, as one call does that reconnects; otherwise
    each begins it anew."""
    script_gap: float = Field(0.6, ge=0, le=10)
    """Seconds of silence within which speech goes on with the same text of the script."""
    interim_interval: float = Field(0.25, gt=0, le=10)
    """Seconds of speech from one interim result to the next (inferred)."""
    longest_segment: float = Field(12.0, ge=1, le=120)
    """Seconds of speech without a pause after which a result is final all the same (inferred)."""
    idle_timeout: float = Field(10.0, gt=0, le=3600)
    """Seconds without audio or a message until the connection is closed (documented: 10)."""
    allowed_keys: frozenset[str] | None = Field(None, repr=False)
    """Keys that are let in; None: any that is not empty and does not begin with `bad`."""

    def admits(self, key: str) -> bool:
        """Whether `key` opens the door."""
        if self.allowed_keys is not None:
            return key in self.allowed_keys
        return bool(key) and not key.startswith("bad")

    def updated(self, changes: dict[str, Any]) -> Self:
        """The same with some fields changed; pydantic's error if they do not fit."""
        known = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(known | changes)

    def describe(self) -> dict[str, Any]:
        """The settings for `/_stats`, without the keys."""
        return self.model_dump(mode="json", exclude={"allowed_keys"})
