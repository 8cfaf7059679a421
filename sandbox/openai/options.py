"""Settings of the stand-in beside latency and faults: `/_control` calls them `options`."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from .errors import QuotaCode


class OpenAIOptions(BaseModel):
    """How this service behaves where the real one depends on the model and the plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    characters_per_second: float = Field(250.0, gt=0, le=1_000_000)
    """Pace of a reply after its first piece; 250 is a piece of 4 characters every 16 ms, about
    what small fast models give (inferred)."""
    quota_code: QuotaCode = "rate_limit_exceeded"
    """Which 429 the `quota` fault gives: one that a retry helps, or one that it does not."""
    replies: tuple[str, ...] = ()
    """Texts that take the place of the receptionist's next replies, one after the other; the tools
    on offer are not called for them. For tests of what comes after the model."""
    allowed_keys: frozenset[str] | None = Field(None, repr=False)
    """Keys that are let in; None: any that is not empty and does not begin with `bad`."""

    def admits(self, key: str) -> bool:
        """Whether `key` opens the door."""
        if self.allowed_keys is not None:
            return key in self.allowed_keys
        return bool(key) and not key.startswith("bad")

    def next_reply(self) -> tuple[str | None, Self]:
        """The next of `replies`, if there is one, and the options without it."""
        if not self.replies:
            return None, self
        return self.replies[0], self.model_copy(update={"replies": self.replies[1:]})

    def updated(self, changes: dict[str, Any]) -> Self:
        """The same with some fields changed; pydantic's error if they do not fit."""
        known = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(known | changes)

    def describe(self) -> dict[str, Any]:
        """The settings for `/_stats`, without the keys."""
        return self.model_dump(mode="json", exclude={"allowed_keys"})
