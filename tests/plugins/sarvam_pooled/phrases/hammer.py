"""Processes that hammer one phrase store and are killed at any moment: is anything wrong played, is
anything lost, does the budget hold?

Two stores are used at once. The *small* one has room for few of the phrases, so that it evicts all
the time; files in it are also cut and overwritten, as power cuts and failing disks do. The *ample*
one has room for all: whatever it once accepted must be found by everybody from then on.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import random
import tempfile
import time
from ctypes import Array, c_bool, c_double
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.sharedctypes import RawArray
from pathlib import Path
from typing import Final

from livekit.plugins.sarvam_pooled.phrases.eviction import size_on_disk, walk
from livekit.plugins.sarvam_pooled.phrases.files import TEMPORARY
from livekit.plugins.sarvam_pooled.phrases.key import phrase_key
from livekit.plugins.sarvam_pooled.phrases.listing import verify
from livekit.plugins.sarvam_pooled.phrases.phrase import Phrase
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore
from livekit.plugins.sarvam_pooled.phrases.store_lock import StoreLock
from livekit.plugins.sarvam_pooled.voice import Voice

BUDGET: Final = 2 * 1024 * 1024  # bytes of the small store: room for about every fifth phrase
PHRASES: Final = 100
_TICK: Final = 0.1  # seconds between two kills, about

# What each process counts. Shared memory, so that a killed one's counts are not lost.
_COUNTED: Final = ("hits", "writes", "refused", "wrong_played", "lost")


@dataclass(slots=True)
class Outcome:
    """Counts of events. Those of the first group must be zero."""

    wrong_played: int = 0
    """Hits whose samples were not those of the phrase."""
    lost: int = 0
    """Look-ups of a phrase that the ample store had accepted, without a hit."""
    refused: int = 0
    """Writes that the store did not take, though there was room and a disk."""
    missing: int = 0
    """Accepted phrases that are not in the ample store at the end."""
    spoilt: int = 0
    """Wrong files in the ample store at the end, where nobody damaged any."""
    over_budget: int = 0
    """Times that the small store held more than its budget."""
    under_account: int = 0
    """Times that it held more than its account said."""
    left_over: int = 0
    """Temporary files after a last sweep."""

    hits: int = 0
    writes: int = 0
    kills: int = 0
    damaged: int = 0
    """Files of the small store that were cut or overwritten on purpose."""
    most_held: int = 0
    """Largest size of the small store, bytes."""

    @property
    def has_everything(self) -> bool:
        """Whether all has happened that should happen under the hammer."""
        return (
            min(self.kills, self.hits, self.writes, self.damaged) > 0
            and self.most_held > BUDGET / 2
        )

    @property
    def is_breached(self) -> bool:
        """Whether a promise was broken."""
        return any(
            (
                self.wrong_played,
                self.lost,
                self.refused,
                self.missing,
                self.spoilt,
                self.over_budget,
                self.under_account,
                self.left_over,
            )
        )


class _Shared:
    """Counts that a worker shares with its starter, and that survive the worker."""

    def __init__(self) -> None:
        self.counts: Array[c_double] = RawArray(c_double, len(_COUNTED))

    def count(self, name: str) -> None:
        self.counts[_COUNTED.index(name)] += 1


def phrase(number: int) -> Phrase:
    """One of the phrases; its samples differ from every other's."""
    dice = random.Random(number)
    return Phrase(
        key=phrase_key(f"This is phrase number {number}.", Voice(), provider="bench"),
        pcm=dice.randbytes(2 * dice.randint(10_000, 100_000)),
        sample_rate=24000,
        created=time.time(),
    )


def hammer(*, seconds: float, processes: int, seed: int = 1) -> Outcome:
    """Hammer for `seconds`, with a kill about every tenth of one, and on until it has everything: a
    busy machine takes longer."""
    dice = random.Random(seed)
    outcome = Outcome()
    context = multiprocessing.get_context("forkserver")
    # As LiveKit's worker does: imports are paid once, not by every new process.
    context.set_forkserver_preload([__name__])
    with tempfile.TemporaryDirectory(prefix="phrases-") as folder:
        small, ample = Path(folder, "small"), Path(folder, "ample")
        accepted: Array[c_bool] = RawArray(c_bool, PHRASES)
        shared = [_Shared() for _ in range(processes)]
        slots = [_start(context, small, ample, accepted, each) for each in shared]
        try:
            ends = time.monotonic() + seconds
            while time.monotonic() < ends or not outcome.has_everything:
                time.sleep(dice.uniform(0.5, 1.5) * _TICK)
                slot = dice.randrange(processes)
                _end(slots[slot])
                outcome.kills += 1
                outcome.damaged += _damage(small, dice)
                _weigh(small, outcome)
                slots[slot] = _start(context, small, ample, accepted, shared[slot])
                _add_up(shared, outcome)
        finally:
            for process in slots:
                _end(process)
        _add_up(shared, outcome)
        _look_through(small, ample, accepted, outcome)
    return outcome


def _start(
    context: ForkServerContext,
    small: Path,
    ample: Path,
    accepted: Array[c_bool],
    shared: _Shared,
) -> ForkServerProcess:
    seed = random.SystemRandom().getrandbits(32)
    arguments = (small, ample, accepted, shared, seed)
    process = context.Process(target=_work, args=arguments, daemon=True)
    process.start()
    return process


def _work(small: Path, ample: Path, accepted: Array[c_bool], shared: _Shared, seed: int) -> None:
    """A worker's life: look up, and write what is not there, until it is killed."""
    logging.disable(logging.ERROR)
    dice = random.Random(seed)
    phrases = [phrase(number) for number in range(PHRASES)]
    tight, wide = PhraseStore(small, max_bytes=BUDGET), PhraseStore(ample)
    call_id = str(seed)
    while True:
        # A few phrases are wanted far more often than the rest.
        wanted = phrases[int(PHRASES * dice.random() ** 3)]
        if not _look_up(tight, wanted, shared):
            tight.record_use(wanted.key, call_id)
            _count_write(tight.put(wanted), shared)
        number = dice.randrange(PHRASES)
        was_accepted = accepted[number]
        if not _look_up(wide, phrases[number], shared) and was_accepted:
            shared.count("lost")
        if not was_accepted or dice.random() < 0.3:
            is_kept = wide.put(phrases[number])
            _count_write(is_kept, shared)
            if is_kept:
                accepted[number] = True


def _look_up(store: PhraseStore, wanted: Phrase, shared: _Shared) -> bool:
    found = store.get(wanted.key)
    if found is None:
        return False
    shared.count("hits")
    if found.pcm != wanted.pcm or found.key != wanted.key:
        shared.count("wrong_played")
    return True


def _count_write(is_kept: bool, shared: _Shared) -> None:
    shared.count("writes" if is_kept else "refused")


def _end(process: ForkServerProcess) -> None:
    process.kill()
    process.join()
    process.close()


def _damage(folder: Path, dice: random.Random) -> int:
    """Cut or overwrite one file where it is."""
    paths = list(walk(folder))
    if not paths:
        return 0
    path = dice.choice(paths)
    try:
        with path.open("r+b") as file:
            size = os.fstat(file.fileno()).st_size
            at = dice.randrange(size) if size else 0
            if dice.random() < 0.5:
                file.truncate(at)
            else:
                file.seek(at)
                file.write(dice.randbytes(min(16, size - at)))
    except FileNotFoundError:
        return 0
    return 1


def _weigh(folder: Path, outcome: Outcome) -> None:
    """Compare what a store holds with its budget and its account, while nobody writes."""
    with StoreLock(folder).locked() as account:
        held = sum(size_on_disk(path) for path in walk(folder))
        held += sum(path.stat().st_size for path in folder.glob(f"{TEMPORARY}*"))
        outcome.most_held = max(outcome.most_held, held)
        outcome.over_budget += held > BUDGET
        outcome.under_account += held > (account.bytes or 0)


def _add_up(shared: list[_Shared], outcome: Outcome) -> None:
    for at, name in enumerate(_COUNTED):
        setattr(outcome, name, int(sum(each.counts[at] for each in shared)))


def _look_through(small: Path, ample: Path, accepted: Array[c_bool], outcome: Outcome) -> None:
    """The contents of the stores at the end."""
    wide, tight = PhraseStore(ample), PhraseStore(small, max_bytes=BUDGET)
    outcome.spoilt = sum(fault is not None for _, fault in verify(wide))
    for number in range(PHRASES):
        wanted = phrase(number)
        found = wide.get(wanted.key)
        outcome.missing += bool(accepted[number]) and (found is None or found.pcm != wanted.pcm)
    for store in (wide, tight):
        store.evict()
        outcome.left_over += len(list(store.folder.glob(f"{TEMPORARY}*")))
    _weigh(small, outcome)
