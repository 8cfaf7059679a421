"""Copies phrases between a store and the tier that several machines share, both ways.

The build of a second machine therefore makes no request to the provider, and a remote tier that was
added later, or lost its data, is filled from the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.remote_tier import RemoteTier

from prewarm.required_phrases import RequiredPhrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """How many phrases were copied.

    Attributes:
        taken: From the remote tier into the store.
        given: From the store into the remote tier.
        refused: Not taken by the remote tier.
    """

    taken: int
    given: int
    refused: int


async def sync(
    store: sarvam_pooled.PhraseStore, remote: RemoteTier, phrases: Iterable[RequiredPhrase]
) -> Synced:
    """Copy each of `phrases` to where it is missing; a phrase that neither has is left out."""
    taken = given = refused = 0
    for phrase in phrases:
        remote_copy = await remote.get(phrase.key)
        local_copy = await asyncio.to_thread(store.get, phrase.key)
        if remote_copy is not None and local_copy is None:
            taken += await asyncio.to_thread(store.put, remote_copy)
        elif remote_copy is None and local_copy is not None:
            is_taken = await remote.put(local_copy)
            given += is_taken
            refused += not is_taken
    return Synced(taken=taken, given=given, refused=refused)
