"""In how many different calls a phrase was heard, before it is worth a place on the disk.

No text is written: a record is half a digest, a hash of the call's id and a time. The records lie
in 256 files by the digest's first two digits, each an append-only list of bounded length, so that
years of calls take 16 MB and not a file for everything that was ever said. Writers take no lock:
two at once may lose each other's record, and a phrase is then kept one call later.
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

from .files import make_folder, open_regular, open_unlinked, write_whole

_RECORD: Final = struct.Struct(">16s8sQ")
_MOST: Final = 2048
"""Records in one file: 64 KB. Half of them, the older ones, are dropped when it is full."""


class UsageCounts:
    """The records of one store.

    Args:
        folder: Where its files are; made when first needed.
        time_limit: Seconds after which a sighting is forgotten.
    """

    def __init__(self, folder: Path, *, time_limit: float) -> None:
        self._folder = folder
        self._time_limit = time_limit

    def note(self, digest: str, call_id: str, *, now: float) -> int:
        """Note that a phrase was heard in a call; how many different calls that makes. A disk that
        cannot be written notes nothing."""
        phrase = bytes.fromhex(digest[:32])
        call = hashlib.blake2b(call_id.encode(errors="replace"), digest_size=8).digest()
        path = self._folder / digest[:2]
        try:
            with open_regular(path) as file:
                records = file.read()
        except OSError:
            records = b""
        calls = {who for what, who, when in self._valid(records, now) if what == phrase}
        if call not in calls:
            with suppress(OSError):
                self._append(path, records, _RECORD.pack(phrase, call, int(now)), now=now)
        return len(calls | {call})

    def evict(self, *, now: float) -> None:
        """Remove the files in which nothing is remembered any more. Nothing behind a link is
        touched: it is somebody else's."""
        if self._folder.is_symlink():
            return
        for path in self._folder.glob("[0-9a-f][0-9a-f]"):
            with suppress(OSError):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode) and now - status.st_mtime > self._time_limit:
                    path.unlink()

    def _valid(self, records: bytes, now: float) -> Iterator[tuple[bytes, bytes, int]]:
        whole = len(records) - len(records) % _RECORD.size
        for what, who, when in _RECORD.iter_unpack(records[:whole]):
            if now - when <= self._time_limit:
                yield what, who, when

    def _append(self, path: Path, records: bytes, record: bytes, *, now: float) -> None:
        make_folder(self._folder, within=self._folder.parent)
        # A record that was cut would shift all that follow: such a file is written anew.
        if len(records) % _RECORD.size or len(records) >= _MOST * _RECORD.size:
            kept = [_RECORD.pack(*each) for each in self._valid(records, now)]
            content = b"".join([*kept[-_MOST // 2 :], record])
            write_whole(path, content, through=self._folder, now=now)
            return
        with open(path, "ab", buffering=0, opener=open_unlinked) as file:
            file.write(record)
        os.utime(path, (now, now))
