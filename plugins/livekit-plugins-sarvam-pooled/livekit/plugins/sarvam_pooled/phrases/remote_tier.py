"""The protocol of a cache tier beyond this machine; `redis_tier.py` has the one that there is."""

from __future__ import annotations

from typing import Protocol

from .key import PhraseKey
from .phrase import Phrase


class RemoteTier(Protocol):
    """A tier that several machines share. It answers quickly or not at all, and never raises."""

    @property
    def failures(self) -> int:
        """Requests without an answer."""

    async def get(self, key: PhraseKey) -> Phrase | None:
        """The complete phrase with exactly this key, or None."""

    async def put(self, phrase: Phrase) -> bool:
        """Store `phrase`; return whether that worked."""
