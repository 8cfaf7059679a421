"""Makes room in a store, and removes the leftovers of dead writers. `store.py` holds the lock.

Phrases are never listed in memory: one walk counts bytes and collects a few of the least recently
used; if that is not enough, it walks again. Foreign files are neither touched nor counted.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .files import TEMPORARY, open_regular, write_atomically
from .key import FILE_NAME
from .phrase import WrongPhrase
from .wav import HEADER_BYTES, read_header, sidecar

_MAX_CANDIDATES: Final = 1000


@dataclass(slots=True)
class EvictionResult:
    """The result of an eviction."""

    bytes: int = 0
    """Size of all remaining phrases with their sidecars."""
    evicted: int = 0
    """Phrases removed to make room."""
    expired: int = 0
    """Phrases removed because they were unused for too long."""


@dataclass(order=True, slots=True)
class _Aged:
    """A phrase of known age; the youngest compares as the smallest, because a heap needs that."""

    age: float
    path: Path = field(compare=False)
    size: int = field(compare=False)


def evict(folder: Path, *, limit: int, target: int, now: float, ttl: float) -> EvictionResult:
    """Remove phrases unused for `ttl` seconds and, if the rest exceeds `limit` bytes, the
    least recently used until it is at most `target`."""
    result = EvictionResult()
    _clear_temporary(folder)
    _clear_sidecars(folder)
    while True:
        result.bytes, oldest = _sweep(folder, result, now=now, ttl=ttl)
        if result.bytes <= limit:
            return result
        # Once the limit is exceeded, the target counts, also in another walk.
        limit = target
        evicted = result.evicted
        for aged in sorted(oldest, reverse=True):
            if result.bytes <= target:
                return result
            if remove(aged.path):
                result.bytes -= aged.size
                result.evicted += 1
        if result.evicted == evicted:
            # Nothing more can be removed.
            return result


def walk(folder: Path) -> Iterator[Path]:
    """The files of all phrases: `<language>/<speaker>/<text>-<digest>.wav`."""
    for path in _third_level(folder):
        if FILE_NAME.match(path.name):
            yield path


def remove(path: Path) -> bool:
    """Remove a phrase and its sidecar; return whether the phrase was removed."""
    try:
        path.unlink()
    except OSError:
        return False
    with suppress(OSError):
        sidecar_path(path).unlink()
    return True


def sidecar_path(path: Path) -> Path:
    """The path of a phrase's sidecar."""
    return path.with_suffix(".json")


def size_on_disk(path: Path) -> int:
    """Bytes of a phrase and its sidecar; 0 for a missing file."""
    return sum(_size(file) for file in (path, sidecar_path(path)))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _sweep(
    folder: Path, result: EvictionResult, *, now: float, ttl: float
) -> tuple[int, list[_Aged]]:
    """Remove expired phrases and write missing sidecars; return the bytes of all remaining phrases,
    and the least recently used of them."""
    total = 0
    oldest: list[_Aged] = []
    for path in walk(folder):
        try:
            age = now - path.lstat().st_mtime
        except OSError:
            continue
        if age > ttl and remove(path):
            result.expired += 1
            continue
        if not sidecar_path(path).exists():
            _write_sidecar(path, through=folder, now=now)
        size = size_on_disk(path)
        total += size
        heapq.heappush(oldest, _Aged(age, path, size))
        if len(oldest) > _MAX_CANDIDATES:
            heapq.heappop(oldest)
    return total, oldest


def _clear_temporary(folder: Path) -> None:
    # Their writers are dead: a live one would hold the lock.
    for path in _children(folder):
        if path.name.startswith(TEMPORARY):
            with suppress(OSError):
                path.unlink()


def _clear_sidecars(folder: Path) -> None:
    for path in _third_level(folder):
        wav = path.with_suffix(".wav")
        if path.suffix == ".json" and FILE_NAME.match(wav.name) and not wav.exists():
            with suppress(OSError):
                path.unlink()


def _write_sidecar(path: Path, *, through: Path, now: float) -> None:
    with suppress(OSError, WrongPhrase):
        with open_regular(path) as file:
            header = read_header(file.read(HEADER_BYTES), size=os.fstat(file.fileno()).st_size)
        write_atomically(sidecar_path(path), sidecar(header), through=through, now=now)


def _third_level(folder: Path) -> Iterator[Path]:
    for language in _children(folder):
        if not language.name.startswith(".") and not language.is_symlink():
            for speaker in _children(language):
                if not speaker.is_symlink():
                    yield from _children(speaker)


def _children(folder: Path) -> Iterator[Path]:
    """The entries of a folder; none if it is not a folder."""
    try:
        entries = os.scandir(folder)
    except OSError:
        return
    with entries:
        for entry in entries:
            yield Path(entry.path)
