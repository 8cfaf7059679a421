"""Counts the different calls in which a phrase was heard, before it earns a place on the disk.

No text is written: a record is half a digest, a hash of the call's id, and a time. The records are
in 256 files by the first two digits of the digest, each an append-only list of bounded length:
years of calls take at most 16 MB. Writers take no lock: two at once may lose a record, and the
phrase is then kept one call later.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from .files import make_folder, open_no_follow, open_regular, write_atomically

_RECORD: Final = struct.Struct(">16s8sQ")
_MAX_RECORDS: Final = 2048
"""Records in one file, which then has 64 KB. When it is full, the older half is dropped."""


class UsageCounts:
    """The records of one store.

    Args:
        folder: The folder of the files; made when first needed.
        ttl: Seconds after which a record no longer counts.
    """

    def __init__(self, folder: Path, *, ttl: float) -> None:
        self._folder = folder
        self._ttl = ttl

    def record(self, digest: str, call_id: str, *, now: float) -> int:
        """Record that a phrase was heard in a call; return the number of different calls so far. If
        the disk cannot be written, nothing is recorded."""
        phrase = bytes.fromhex(digest[:32])
        call = hashlib.blake2b(call_id.encode(errors="replace"), digest_size=8).digest()
        path = self._folder / digest[:2]
        try:
            with open_regular(path) as file:
                records = file.read()
        except OSError:
            records = b""
        calls = {other for heard, other, _ in self._valid(records, now) if heard == phrase}
        if call not in calls:
            with suppress(OSError):
                self._append(path, records, _RECORD.pack(phrase, call, int(now)), now=now)
        return len(calls | {call})

    def evict(self, *, now: float) -> None:
        """Remove the files whose records are all too old. Nothing is reached through a link."""
        if self._folder.is_symlink():
            return
        for path in self._folder.glob("[0-9a-f][0-9a-f]"):
            with suppress(OSError):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode) and now - status.st_mtime > self._ttl:
                    path.unlink()

    def _valid(self, records: bytes, now: float) -> Iterator[tuple[bytes, bytes, int]]:
        end = len(records) - len(records) % _RECORD.size
        for phrase, call, at in _RECORD.iter_unpack(records[:end]):
            if now - at <= self._ttl:
                yield phrase, call, at

    def _append(self, path: Path, records: bytes, record: bytes, *, now: float) -> None:
        make_folder(self._folder, within=self._folder.parent)
        # A cut record would shift all that follow, so the file is rewritten.
        if len(records) % _RECORD.size or len(records) >= _MAX_RECORDS * _RECORD.size:
            valid = [_RECORD.pack(*entry) for entry in self._valid(records, now)]
            content = b"".join([*valid[-_MAX_RECORDS // 2 :], record])
            write_atomically(path, content, through=self._folder, now=now)
            return
        with open(path, "ab", buffering=0, opener=open_no_follow) as file:
            file.write(record)
        os.utime(path, (now, now))
