"""The disk tier: phrases shared by all processes of a machine and kept across restarts.

    <folder>/<language>/<speaker>/<text>-<digest>.wav    a phrase; any player plays it
    <folder>/<language>/<speaker>/<text>-<digest>.json   its description, for people
    <folder>/.ledger                                     lock and size, see `store_lock.py`
    <folder>/.seen/                                      usage counts, see `usage_counts.py`

Any number of processes may read and write, and any may be killed at any time. Readers take no lock:
a file appears by a rename, complete. Writers take turns. `fsync` is not used: after a power cut a
file may be empty or truncated; its checksum shows that, and the phrase is made again.

The last use of a phrase is its file's modification time, which a reader updates at most once a
minute. No list of phrases is held in memory. All functions block; call them in a thread.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ..log import logger
from .eviction import evict, remove, sidecar_path, size_on_disk
from .files import (
    inside,
    is_beyond_link,
    is_same,
    make_folder,
    open_regular,
    usable,
    warn_of_writers,
    write_atomically,
)
from .key import PhraseKey
from .phrase import Defect, Phrase, WrongPhrase
from .signing import Signer
from .store_lock import LockBusy, StoreAccount, StoreLock
from .usage_counts import UsageCounts
from .wav import MAX_BYTES, decode, encode, sidecar

_TOUCH_INTERVAL: Final = 60.0  # seconds
_SWEEP_INTERVAL: Final = 3600.0  # seconds
# Eviction goes down to this share of the budget: the next write need not evict.
_LOW_WATER: Final = 0.9
# Pause after a failed write, because a full disk need not be tried for every phrase.
_PAUSE: Final = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class StoreStatistics:
    """The counts of one process, and the size of the store.

    Attributes:
        bytes: Size of all phrases, of all processes.
        evictions: Phrases that this process removed to make room.
        wrong: Files that were truncated, altered or foreign.
        failures: Writes that failed.
    """

    bytes: int
    evictions: int
    wrong: int
    failures: int


class PhraseStore:
    """The phrases in a folder.

    Args:
        folder: Made with the first phrase; only its owner can read it.
        max_bytes: Budget of all phrases with their sidecars; never exceeded.
        ttl: Seconds after its last use at which a phrase is dropped.
        signing_key: Signs the phrases where others can write in the folder; see `signing.py`. None
            for no signature.
        clock: Unix time in seconds.

    Raises:
        ValueError: The signing key is too short.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int = 512 * 1024 * 1024,
        ttl: float = 30 * 86400.0,
        signing_key: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder = usable(Path(folder))
        self._signer = Signer(signing_key)
        self._max_bytes = max_bytes
        self._ttl = ttl
        self._clock = clock
        self._store_lock = StoreLock(self.folder)
        self._usage_counts = UsageCounts(self.folder / ".seen", ttl=ttl)
        # Unix time before which nothing is written.
        self._paused_until = 0.0
        self._warned = False
        self._has_looked_at_folder = False
        self._evictions = 0
        self._wrong = 0
        self._failures = 0

    def contains(self, key: PhraseKey) -> bool:
        """Whether there is a file for `key`, without reading it."""
        try:
            status = self._path(key).lstat()
        except OSError:
            return False
        return stat.S_ISREG(status.st_mode) and not self._is_old(status)

    def get(self, key: PhraseKey) -> Phrase | None:
        """The complete phrase with exactly this key, or None. A wrong file is removed."""
        path = self._path(key)
        try:
            return self._read(path, key)
        except OSError:
            # Missing or unreadable: both mean that it must be synthesised.
            return None

    def put(self, phrase: Phrase) -> bool:
        """Store `phrase` in place of any older one. False if that failed; the first time that the
        disk refuses, a warning says why."""
        if self._clock() < self._paused_until:
            return False
        wav, about = encode(phrase, signer=self._signer), sidecar(phrase)
        size = len(wav) + len(about)
        if size > self._max_bytes or len(wav) > MAX_BYTES:
            return False
        try:
            with self._store_lock.locked() as account:
                self._make_room(account, size)
                self._write(account, self._path(phrase.key), wav, about)
        except (OSError, LockBusy) as error:
            self._failed(error)
            return False
        return True

    def remove(self, key: PhraseKey) -> bool:
        """Remove the phrase; return whether there was one.

        Raises:
            OSError: The folder cannot be written.
            LockBusy: Other writers kept the lock.
        """
        return self._remove(self._path(key))

    def remove_file(self, path: Path) -> bool:
        """`remove` the phrase whose file is at `path`, whatever its signature."""
        return self._remove(path)

    def record_use(self, key: PhraseKey, call_id: str) -> int:
        """Record that `key` was heard in a call; return the number of different calls so far."""
        return self._usage_counts.record(key.digest, call_id, now=self._clock())

    def remove_if_defective(self, path: Path) -> Defect | None:
        """Read one file completely; if it is defective, remove it and return the defect.

        Raises:
            OSError: It is missing or unreadable.
        """
        with open_regular(path) as file:
            result = self._load(path, file, lambda key: self._path(key) == path)
        return result if isinstance(result, Defect) else None

    def evict(self) -> None:
        """Count, clean up and, if necessary, make room now; writers do so once an hour.

        Raises:
            OSError: The folder cannot be written.
            LockBusy: Other writers kept the lock.
        """
        with self._store_lock.locked() as account:
            self._evict(account, size=0)

    def statistics(self) -> StoreStatistics:
        """Counts of this process, and the size of the store."""
        return StoreStatistics(
            self._store_lock.read(), self._evictions, self._wrong, self._failures
        )

    def _path(self, key: PhraseKey) -> Path:
        return inside(self.folder, key.path_under(self._signer.name(key.digest)))

    def _is_old(self, status: os.stat_result) -> bool:
        return self._clock() - status.st_mtime > self._ttl

    def _read(self, path: Path, key: PhraseKey) -> Phrase | None:
        with open_regular(path) as file:
            status = os.fstat(file.fileno())
            if self._is_old(status):
                return None
            result = self._load(path, file, lambda stored: stored == key)
            if isinstance(result, Defect):
                return None
            now = self._clock()
            if now - status.st_mtime >= _TOUCH_INTERVAL:
                with suppress(OSError):
                    os.utime(file.fileno(), (now, now))
            return result

    def _load(
        self, path: Path, file: BinaryIO, is_wanted: Callable[[PhraseKey], bool]
    ) -> Phrase | Defect:
        """The phrase in an open file, or its defect; a defective file is removed."""
        status = os.fstat(file.fileno())
        defect = Defect.FOREIGN
        try:
            if status.st_size <= MAX_BYTES:
                phrase = decode(file.read(), signer=self._signer)
                if is_wanted(phrase.key):
                    return phrase
        except WrongPhrase as wrong:
            defect = wrong.defect
        self._discard(path, status, defect)
        return defect

    def _discard(self, path: Path, status: os.stat_result, defect: Defect) -> None:
        self._wrong += 1
        extra = {"defect": str(defect), "lk.pii.path": str(path)}
        try:
            removed = self._remove(path, only=status)
        except (OSError, LockBusy):
            removed = False
        logger.warning("the file of a phrase is wrong", extra=extra | {"removed": removed})

    def _remove(self, path: Path, *, only: os.stat_result | None = None) -> bool:
        """Remove the phrase at `path`; with `only`, unless another file has taken its place."""
        with self._store_lock.locked() as account:
            if is_beyond_link(path, within=self.folder):
                return False
            if only is not None and not is_same(path, only):
                return False
            size = size_on_disk(path)
            if not remove(path):
                return False
            if account.bytes is not None:
                account.bytes = max(0, account.bytes - size)
                account.save()
            return True

    def _make_room(self, account: StoreAccount, size: int) -> None:
        """Add `size` bytes to the account, and evict until they fit."""
        now = self._clock()
        is_due = not 0 <= now - account.swept_at < _SWEEP_INTERVAL
        if account.bytes is None or is_due or account.bytes + size > self._max_bytes:
            self._evict(account, size=size)
        account.bytes = (account.bytes or 0) + size
        account.save()

    def _evict(self, account: StoreAccount, *, size: int) -> None:
        now = self._clock()
        result = evict(
            self.folder,
            limit=self._max_bytes - size,
            target=max(0, int(self._max_bytes * _LOW_WATER) - size),
            now=now,
            ttl=self._ttl,
        )
        self._usage_counts.evict(now=now)
        self._evictions += result.evicted
        account.bytes, account.swept_at = result.bytes, now
        account.save()

    def _write(self, account: StoreAccount, path: Path, wav: bytes, about: bytes) -> None:
        before = size_on_disk(path)
        make_folder(path.parent, within=self.folder)
        if not self._has_looked_at_folder:
            self._has_looked_at_folder = True
            warn_of_writers(self.folder, what="phrases")
        now = self._clock()
        write_atomically(path, wav, through=self.folder, now=now)
        write_atomically(sidecar_path(path), about, through=self.folder, now=now)
        if before:
            account.bytes = max(0, (account.bytes or 0) - before)
            account.save()

    def _failed(self, error: OSError | LockBusy) -> None:
        self._failures += 1
        if isinstance(error, LockBusy):
            return
        self._paused_until = self._clock() + _PAUSE
        if not self._warned:
            self._warned = True
            # The message would hold the path, and so the text.
            why = error.strerror or type(error).__name__
            logger.warning(
                "phrases cannot be written; stored ones are played", extra={"error": why}
            )
