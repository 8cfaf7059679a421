"""What every stand-in keeps about its clients: its options, counters, and a log of what it did."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from .conditions import Conditions, Fault, FaultKind

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# Entries kept for `/_stats`; older ones are dropped.
_LOG_LENGTH = 1000


class Options(BaseModel):
    """The settings of one provider beside latency and faults: `options` in `/_control`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_keys: frozenset[str] | None = Field(None, repr=False)
    """API keys to accept; None: any that is not empty and does not begin with `bad`."""

    def admits(self, key: str) -> bool:
        """Whether `key` is accepted."""
        if self.allowed_keys is not None:
            return key in self.allowed_keys
        return bool(key) and not key.startswith("bad")

    def updated(self, changes: dict[str, Any]) -> Self:
        """A copy with some fields changed; pydantic's error if they are not valid."""
        known = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(known | changes)

    def describe(self) -> dict[str, Any]:
        """The settings for `/_stats`, without the keys."""
        return self.model_dump(mode="json", exclude={"allowed_keys"})


OptionsT = TypeVar("OptionsT", bound=Options)
EntryT = TypeVar("EntryT", bound="DataclassInstance")


class Account(Generic[OptionsT, EntryT]):
    """The account that all keys of one stand-in belong to; all its connections share it."""

    log_name = "log"
    """What `/_stats` calls the log."""

    def __init__(self, conditions: Conditions, options: OptionsT) -> None:
        self.conditions = conditions
        # May change at any time: read it where it is needed.
        self.options = options
        # Shown by `/_stats`: requests, connects, characters, faults by kind, ...
        self.stats: Counter[str] = Counter()
        self.log: deque[EntryT] = deque(maxlen=_LOG_LENGTH)
        self._arrivals = 0

    def number(self) -> int:
        """The number of a connection or request, from 1 in order of arrival."""
        self._arrivals += 1
        return self._arrivals

    def draw_fault(self, *kinds: FaultKind) -> Fault | None:
        """As `Conditions.draw_fault`, and count the fault."""
        fault = self.conditions.draw_fault(*kinds)
        if fault is not None:
            self.stats[f"faults_{fault.kind}"] += 1
        return fault

    def change(self, changes: dict[str, Any]) -> None:
        """Change some options; pydantic's error if they are not valid."""
        self.options = self.options.updated(changes)

    def reset(self) -> None:
        """Set all counters to zero and clear the log."""
        self.stats.clear()
        self.log.clear()

    def describe(self) -> dict[str, Any]:
        """This account's part of `/_stats`."""
        entries = [asdict(entry) for entry in self.log]
        return {"options": self.options.describe(), self.log_name: entries}
