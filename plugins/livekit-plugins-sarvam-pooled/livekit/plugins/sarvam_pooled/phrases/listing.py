"""The contents of a store, for people: list, verify, purge. Blocks; no call needs it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .eviction import walk
from .files import open_regular
from .key import PhraseKey
from .phrase import Defect, WrongPhrase
from .store import PhraseStore
from .wav import HEADER_BYTES, read_header


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One phrase of a store, without its samples.

    Attributes:
        path: Its WAV file.
        key: Its text, voice and provider.
        seconds: Duration of the audio.
        bytes: Size of the file.
        created: Unix time in seconds at which it was synthesised.
        used: Unix time in seconds of its last use, exact to about a minute.
    """

    path: Path
    key: PhraseKey
    seconds: float
    bytes: int
    created: float
    used: float


def entries(store: PhraseStore) -> Iterator[Entry]:
    """All phrases with a valid header, in no order."""
    for path in walk(store.folder):
        try:
            yield _entry(path)
        except (OSError, WrongPhrase):
            continue


def verify(store: PhraseStore) -> Iterator[tuple[Path, Defect | None]]:
    """Read every phrase completely; yield each file with its defect or None. Defective files are
    removed."""
    for path in walk(store.folder):
        try:
            yield path, store.remove_if_defective(path)
        except OSError:
            continue


def purge(store: PhraseStore, unwanted: Callable[[Entry], bool]) -> int:
    """Remove the unwanted phrases; return their number.

    Raises:
        OSError: The store cannot be written.
    """
    return sum(store.remove_file(entry.path) for entry in entries(store) if unwanted(entry))


def _entry(path: Path) -> Entry:
    with open_regular(path) as file:
        status = os.fstat(file.fileno())
        header = read_header(file.read(HEADER_BYTES), size=status.st_size)
    return Entry(
        path=path,
        key=header.key,
        seconds=header.data_bytes / 2 / header.sample_rate,
        bytes=status.st_size,
        created=header.created,
        used=status.st_mtime,
    )
