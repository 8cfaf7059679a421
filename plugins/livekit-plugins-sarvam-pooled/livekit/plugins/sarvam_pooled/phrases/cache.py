"""The phrase cache of one call: memory, then the disk, then Redis.

    phrase = await cache.get(key)
    if phrase is None:
        ...  # synthesise it to its end
        cache.offer(phrase)

This is the asyncio shell around the tiers. A look-up on the disk takes at most `DISK_TIMEOUT`;
phrases are stored in the background, and only if the policy allows it (`policy.py`).
"""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import Final

from ..log import logger
from .cache_statistics import CacheStatistics, Counter, TierStatistics
from .key import PhraseKey
from .memory import PhraseMemory
from .phrase import Phrase
from .policy import PhrasePolicy
from .remote_tier import RemoteTier
from .single_flight import Claim, SingleFlight
from .store import PhraseStore

DISK_TIMEOUT: Final = 0.1
"""Seconds that a look-up on the disk may take. A file takes a millisecond, a synthesis over 200."""

# Enough for 4 hours with a reply every 3.5 s. A decision that was dropped is made again.
_MAX_DECIDED: Final = 4096
# No working disk falls behind by as many phrases.
_MAX_PENDING: Final = 64


class PhraseCache:
    """Phrases for one call.

    Args:
        store: The tier on disk, or None.
        memory: The tier in memory, perhaps filled before the call; by default an empty one.
        policy: Decides which phrases may leave this call's memory.
        call_id: Distinguishes calls when they are counted. Where the caller is known, use an id of
            the caller: what one person hears in many calls then stays private. It is hashed before
            it is written.
        remote: The tier that several machines share, or None; the application closes it.
    """

    def __init__(
        self,
        store: PhraseStore | None,
        *,
        memory: PhraseMemory | None = None,
        policy: PhrasePolicy | None = None,
        call_id: str,
        remote: RemoteTier | None = None,
    ) -> None:
        self._store = store
        self._memory = memory if memory is not None else PhraseMemory()
        self._policy = policy if policy is not None else PhrasePolicy()
        self._call_id = call_id
        self._remote = remote
        self._private_words: frozenset[str] = frozenset()
        self._flights = SingleFlight(
            find=self._memory.get, on_complete=self.offer, on_shared=self._give
        )
        # Phrases whose storing was decided in this call, the latest last.
        self._decided: OrderedDict[PhraseKey, None] = OrderedDict()
        # Phrases to decide on; the flag says that it came from the remote tier.
        self._pending: deque[tuple[Phrase, bool]] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._in_memory, self._on_disk, self._in_remote = Counter(), Counter(), Counter()
        self._stored = 0
        self._refused: Tally[str] = Tally()
        self._failures = 0

    @property
    def private_words(self) -> frozenset[str]:
        """Words of this caller, such as a name: a phrase with one of them is not kept beyond the
        call. Set them as soon as they are known."""
        return self._private_words

    @private_words.setter
    def private_words(self, words: Iterable[str]) -> None:
        self._private_words = frozenset([words] if isinstance(words, str) else words)

    async def get(self, key: PhraseKey) -> Phrase | None:
        """The phrase from the nearest tier that has it, or None; nearer tiers keep it. A phrase in
        memory is returned without a wait."""
        phrase = self._memory.get(key)
        if phrase is not None:
            self._give(phrase)
            return phrase
        self._in_memory.miss()
        phrase = await self._get_from_disk(key)
        if phrase is not None:
            self._note_decided(key)
        else:
            phrase = await self._get_from_remote(key)
            if phrase is None:
                return None
            self._keep(phrase, is_from_remote=True)
        self._remember(phrase)
        return phrase

    def offer(self, phrase: Phrase) -> None:
        """Keep a complete phrase: in memory now; beyond the call later, if the policy allows it.
        Needs a running loop."""
        self._remember(phrase)
        self._keep(phrase)

    def claim(self, key: PhraseKey) -> Claim:
        """A claim on a phrase that `get` did not find: one of many streams makes it, see
        `single_flight.py`. Completing the claim offers the phrase."""
        return self._flights.claim(key)

    def statistics(self) -> CacheStatistics:
        """Counts so far."""
        store = self._store.statistics() if self._store else None
        disk = TierStatistics()
        if store is not None:
            disk = self._on_disk.statistics(size=store.bytes, evictions=store.evictions)
        return CacheStatistics(
            memory=self._in_memory.statistics(
                size=self._memory.bytes, evictions=self._memory.evictions
            ),
            disk=disk,
            remote=self._in_remote.statistics(),
            stored=self._stored,
            refused=dict(self._refused),
            wrong=store.wrong if store else 0,
            failures=self._failures
            + (store.failures if store else 0)
            + (self._remote.failures if self._remote else 0),
        )

    async def aclose(self, *, time_limit: float = 2.0) -> None:
        """Wait until offered phrases are stored, for at most `time_limit` seconds."""
        if self._writer is None:
            return
        await asyncio.wait({self._writer}, timeout=time_limit)
        self._pending.clear()
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def _get_from_disk(self, key: PhraseKey) -> Phrase | None:
        if self._store is None:
            return None
        phrase = None
        try:
            async with asyncio.timeout(DISK_TIMEOUT):
                phrase = await asyncio.to_thread(self._store.get, key)
        except Exception as error:
            # The store was late or failed: the reply is synthesised.
            self._failed(error)
        if phrase is None:
            self._on_disk.miss()
        else:
            self._on_disk.hit(phrase)
        return phrase

    async def _get_from_remote(self, key: PhraseKey) -> Phrase | None:
        if self._remote is None:
            return None
        phrase = None
        try:
            phrase = await self._remote.get(key)
        except Exception as error:
            self._failed(error)
        if phrase is None:
            self._in_remote.miss()
        else:
            self._in_remote.hit(phrase)
        return phrase

    def _failed(self, error: Exception) -> None:
        """Count a tier's failure, and log the kind of error: its message may hold a path, and so a
        text."""
        self._failures += 1
        if not isinstance(error, TimeoutError):
            logger.warning(
                "a phrase tier failed; the call goes on", extra={"error": type(error).__name__}
            )

    def _give(self, phrase: Phrase) -> None:
        """Count a hit in memory; the phrase may have been put there before the call."""
        self._in_memory.hit(phrase)
        self._keep(phrase)

    def _remember(self, phrase: Phrase) -> None:
        if self._policy.may_remember(phrase.text):
            self._memory.put(phrase)

    def _keep(self, phrase: Phrase, *, is_from_remote: bool = False) -> None:
        """Decide in the background, once per call, whether `phrase` is kept beyond the call."""
        if self._store is None and (self._remote is None or is_from_remote):
            return
        if phrase.key in self._decided:
            self._decided.move_to_end(phrase.key)
            return
        if len(self._pending) >= _MAX_PENDING:
            return
        self._note_decided(phrase.key)
        self._pending.append((phrase, is_from_remote))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._keep_all(), name="phrases: keep")

    def _note_decided(self, key: PhraseKey) -> None:
        self._decided[key] = None
        self._decided.move_to_end(key)
        if len(self._decided) > _MAX_DECIDED:
            self._decided.popitem(last=False)

    async def _keep_all(self) -> None:
        while self._pending:
            phrase, is_from_remote = self._pending.popleft()
            try:
                is_new = await asyncio.to_thread(self._keep_on_disk, phrase, is_from_remote)
                if is_new and self._remote is not None and not is_from_remote:
                    await self._remote.put(phrase)
            except Exception as error:
                self._failed(error)

    def _keep_on_disk(self, phrase: Phrase, is_from_remote: bool) -> bool:
        """Store `phrase` if it is new and allowed; return whether it is both. Runs in a thread."""
        if self._store is not None and self._store.contains(phrase.key):
            return False
        words = self._private_words
        # A phrase from other machines was heard in enough calls there.
        heard = self._policy.min_calls if is_from_remote else 1
        # A phrase that may never be kept is not counted either.
        if self._store is not None and not self._policy.forbids(phrase.text, private_words=words):
            heard = max(heard, self._store.record_use(phrase.key, self._call_id))
        permission = self._policy.may_store(phrase.text, calls_seen=heard, private_words=words)
        if not permission:
            self._refused[permission.reason] += 1
        elif self._store is not None and self._store.put(phrase):
            self._stored += 1
        return permission.allowed
