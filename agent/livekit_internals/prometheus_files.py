"""Reads and writes the files in which prometheus_client keeps a process's values. The client has no
API to add up those of ended processes, which would grow without a bound."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

_ENTRY: Final = 32  # Bytes of a file's head, and of an entry beside its key, at most.


def read_values(path: Path) -> list[tuple[str, float]]:
    """Keys (name and labels, as JSON) and values of a file.

    Raises:
        ValueError: The file is damaged.
    """
    try:
        read = MmapedDict.read_all_values_from_file(str(path))  # type: ignore[no-untyped-call]
        return [(key, value) for key, value, _, _ in read]
    except (RuntimeError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None


def size(keys: Iterable[str]) -> int:
    """Bytes of a file with these keys, at most."""
    return sum(len(key.encode()) + _ENTRY for key in keys) + _ENTRY


def write_values(path: Path, written: Mapping[str, float]) -> None:
    """Write keys and values to a file that is missing, or of zeros."""
    file = MmapedDict(str(path))  # type: ignore[no-untyped-call]
    for key, value in written.items():
        file.write_value(key, value, 0.0)  # type: ignore[no-untyped-call]
    file.close()  # type: ignore[no-untyped-call]


def keep_in_memory() -> None:
    """Keep the values of metrics that are made later in memory, and in no file. prometheus_client
    chooses at its import, from the environment."""
    values.ValueClass = values.MutexValue
