"""The phrase cache of one call: memory, then the disk, then other machines.

    phrase = await cache.get(key)
    if phrase is None:
        ...  # synthesise it to its end
        cache.offer(phrase)

The asyncio shell around the levels. A look-up never takes longer than `LOOK_UP`, whatever the disk
does, and keeping a phrase happens behind the caller's back. Only the policy's choice leaves the
call's memory; see `policy.py`.
"""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import Final

from ..log import logger
from .cache_tiers import CacheStatistics, Counter, RemoteTier, TierStatistics
from .key import PhraseKey
from .memory import PhraseMemory
from .phrase import Phrase
from .policy import PhrasePolicy
from .single_flight import Claim, SingleFlight
from .store import PhraseStore

LOOK_UP: Final = 0.1
"""Seconds that the disk has for a phrase. A file takes a millisecond, a synthesis more than 200."""

# Decisions that are remembered: 4 hours of a reply every 3.5 s. One that was forgotten is only made
# again.
_MOST_DECIDED: Final = 4096
# A disk that keeps up with less than this has other troubles.
_MOST_PENDING: Final = 64


class PhraseCache:
    """Phrases for one call.

    Args:
        store: The level on disk; None for none.
        memory: The level in memory; give one that was filled before the call. By default an empty
            one.
        policy: What may leave this call's memory.
        call_id: Tells this call from others when they are counted. Where the caller is known, an id
            of the caller is better: then what one person hears in many calls stays theirs. It is
            hashed before it is written.
        remote: The level that several machines share; whoever made it closes it.
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
        # Phrases whose keeping was decided in this call, the latest last.
        self._decided: OrderedDict[PhraseKey, None] = OrderedDict()
        # Each with whether other machines have it already.
        self._pending: deque[tuple[Phrase, bool]] = deque()
        self._keeper: asyncio.Task[None] | None = None
        self._in_memory, self._on_disk, self._elsewhere = Counter(), Counter(), Counter()
        self._stored = 0
        self._refused: Tally[str] = Tally()
        self._failures = 0

    @property
    def private_words(self) -> frozenset[str]:
        """Words that this caller brought into the call: a phrase with one of them is not kept
        beyond it. Set them as soon as they are known."""
        return self._private_words

    @private_words.setter
    def private_words(self, words: Iterable[str]) -> None:
        self._private_words = frozenset([words] if isinstance(words, str) else words)

    async def get(self, key: PhraseKey) -> Phrase | None:
        """The phrase from the nearest level that has it; the nearer ones have it afterwards. One
        in memory comes without a wait."""
        phrase = self._memory.get(key)
        if phrase is not None:
            self._give(phrase)
            return phrase
        self._in_memory.miss()
        phrase = await self._get_from_disk(key)
        if phrase is not None:
            self._note_decided(key)
        else:
            phrase = await self._get_from_elsewhere(key)
            if phrase is None:
                return None
            self._keep(phrase, is_shared=True)
        self._remember(phrase)
        return phrase

    def offer(self, phrase: Phrase) -> None:
        """Keep a complete phrase: in memory now; beyond the call later, if the policy allows it.
        Needs a running loop."""
        self._remember(phrase)
        self._keep(phrase)

    def claim(self, key: PhraseKey) -> Claim:
        """A claim on a phrase that `get` did not find, so that one of many streams makes it; see
        `single_flight.py`. Completing it offers the phrase."""
        return self._flights.claim(key)

    def statistics(self) -> CacheStatistics:
        """What happened so far."""
        store = self._store.statistics() if self._store else None
        disk = TierStatistics()
        if store is not None:
            disk = self._on_disk.statistics(held=store.bytes, evictions=store.evictions)
        return CacheStatistics(
            memory=self._in_memory.statistics(
                held=self._memory.bytes, evictions=self._memory.evictions
            ),
            disk=disk,
            remote=self._elsewhere.statistics(),
            stored=self._stored,
            refused=dict(self._refused),
            wrong=store.wrong if store else 0,
            failures=self._failures
            + (store.failures if store else 0)
            + (self._remote.failures if self._remote else 0),
        )

    async def aclose(self, *, time_limit: float = 2.0) -> None:
        """Wait until what was offered is kept, for at most `time_limit` seconds."""
        if self._keeper is None:
            return
        await asyncio.wait({self._keeper}, timeout=time_limit)
        self._pending.clear()
        self._keeper.cancel()
        await asyncio.gather(self._keeper, return_exceptions=True)

    async def _get_from_disk(self, key: PhraseKey) -> Phrase | None:
        if self._store is None:
            return None
        phrase = None
        try:
            async with asyncio.timeout(LOOK_UP):
                phrase = await asyncio.to_thread(self._store.get, key)
        except Exception as error:
            # Too late, or a store that fails: the reply is synthesised.
            self._failed(error)
        if phrase is None:
            self._on_disk.miss()
        else:
            self._on_disk.hit(phrase)
        return phrase

    async def _get_from_elsewhere(self, key: PhraseKey) -> Phrase | None:
        if self._remote is None:
            return None
        phrase = None
        try:
            phrase = await self._remote.get(key)
        except Exception as error:
            self._failed(error)
        if phrase is None:
            self._elsewhere.miss()
        else:
            self._elsewhere.hit(phrase)
        return phrase

    def _failed(self, error: Exception) -> None:
        """A level failed. The log has the kind alone, as the words may hold a path, and so a
        text."""
        self._failures += 1
        if not isinstance(error, TimeoutError):
            logger.warning(
                "a level of phrases failed; the call goes on", extra={"error": type(error).__name__}
            )

    def _give(self, phrase: Phrase) -> None:
        """It was found in memory, where another call, or this one's preparation, may have left
        it."""
        self._in_memory.hit(phrase)
        self._keep(phrase)

    def _remember(self, phrase: Phrase) -> None:
        if self._policy.may_remember(phrase.text):
            self._memory.put(phrase)

    def _keep(self, phrase: Phrase, *, is_shared: bool = False) -> None:
        """Decide in the background, once in a call, whether `phrase` is kept beyond it."""
        if self._store is None and (self._remote is None or is_shared):
            return
        if phrase.key in self._decided:
            self._decided.move_to_end(phrase.key)
            return
        if len(self._pending) >= _MOST_PENDING:
            return
        self._note_decided(phrase.key)
        self._pending.append((phrase, is_shared))
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep_all(), name="phrases: keep")

    def _note_decided(self, key: PhraseKey) -> None:
        self._decided[key] = None
        self._decided.move_to_end(key)
        if len(self._decided) > _MOST_DECIDED:
            self._decided.popitem(last=False)

    async def _keep_all(self) -> None:
        while self._pending:
            phrase, is_shared = self._pending.popleft()
            try:
                is_new = await asyncio.to_thread(self._keep_on_disk, phrase, is_shared)
                if is_new and self._remote is not None and not is_shared:
                    await self._remote.put(phrase)
            except Exception as error:
                self._failed(error)

    def _keep_on_disk(self, phrase: Phrase, is_shared: bool) -> bool:
        """Keep `phrase` if it is new and may be kept; whether that is so. Runs in a thread."""
        if self._store is not None and self._store.contains(phrase.key):
            return False
        words = self._private_words
        # What other machines share was heard in enough calls there.
        heard = self._policy.min_calls if is_shared else 1
        # What may never be kept is not counted either.
        if self._store is not None and not self._policy.forbids(phrase.text, private_words=words):
            heard = max(heard, self._store.heard(phrase.key, self._call_id))
        permission = self._policy.may_store(phrase.text, calls_seen=heard, private_words=words)
        if not permission:
            self._refused[permission.reason] += 1
        elif self._store is not None and self._store.put(phrase):
            self._stored += 1
        return permission.allowed
