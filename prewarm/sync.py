"""Evens out a store and the level that several machines share: each gets what the other has.

So a second machine's build asks the provider for nothing, and a shared level that was added later,
or has lost everything, is filled from the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.cache_tiers import RemoteTier

from .required_phrases import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What went over.

    Attributes:
        taken: Phrases that the store did not have.
        given: Phrases that the others did not have.
        refused: Those that the others did not take.
    """

    taken: int
    given: int
    refused: int


async def exchange(
    store: sarvam_pooled.PhraseStore, shared: RemoteTier, phrases: Iterable[Wanted]
) -> Exchanged:
    """Even out `phrases`; those that neither has are left."""
    taken = given = refused = 0
    for phrase in phrases:
        theirs = await shared.get(phrase.key)
        ours = await asyncio.to_thread(store.get, phrase.key)
        if theirs is not None and ours is None:
            taken += await asyncio.to_thread(store.put, theirs)
        elif theirs is None and ours is not None:
            is_taken = await shared.put(ours)
            given += is_taken
            refused += not is_taken
    return Exchanged(taken=taken, given=given, refused=refused)
