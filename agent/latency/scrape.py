"""The worker's `/metrics`: the values of its job processes, added up, and its own.

Each call is a process that ends with it. In prometheus_client each process writes its values to
memory-mapped files in one directory, and a scrape adds them up. This module adds three things:

- Files of ended processes stay because their counts must, and a scrape reads them all: thousands
  after a day. `fold` adds them up in one file for each type: before each scrape, and in each
  new process. A lock keeps scrapes and folds apart, so that no call is missed or counted twice.
- A gauge of a process that was killed would count for ever: `fold` deletes it.
- A process is killed (SIGBUS) when it writes to a mapped page that a full disk cannot hold.
  `reserve` allocates the files in advance; without space, the process keeps its values in memory.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import struct
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from ..livekit_internals import prometheus_files

logger = logging.getLogger(__name__)

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that prometheus_client, in each process, and LiveKit's server read."""
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_PREFIX: Final = "india-voice-agent-metrics-"
_ADDED_UP: Final = ("counter", "histogram", "summary")
_ENDED: Final = "ended"
_LOCK: Final = "lock"
# Bytes, more than the series need (`test_the_series_of_a_process_fit_into_what_is_reserved`): what
# a file grows by later is not allocated on the disk.
_RESERVED: Final = {
    "counter": 1 << 16,
    "histogram": 1 << 19,
    "gauge_livesum": 1 << 12,
    "gauge_livemax": 1 << 12,
}


@contextmanager
def directory() -> Iterator[Path]:
    """Make a directory for the processes of one worker, and delete it at the end.

    It wraps the server's `run`: LiveKit passes the variable to job processes, and empties the
    directory when it starts. A directory that the variable names already is used and kept; it must
    belong to this worker only, because LiveKit empties that one too.
    """
    if given := os.environ.get(VARIABLE):
        yield Path(given)
        return
    _sweep(Path(tempfile.gettempdir()))
    made = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    os.environ[VARIABLE] = str(made)
    try:
        yield made
    finally:
        os.environ.pop(VARIABLE, None)
        shutil.rmtree(made, ignore_errors=True)


def reserve() -> bool:
    """Allocate the files of this process's metrics, before the first is made.

    Returns False if the disk has no room: the metrics stay in memory, where no scrape sees them.
    """
    where = os.environ.get(VARIABLE)
    if where is None:
        return True
    directory, process = Path(where), os.getpid()
    files = {directory / f"{kind}_{process}.db": size for kind, size in _RESERVED.items()}
    try:
        with _alone(directory):
            fold(directory)
        for file, size in files.items():
            _allocate(file, size)
    except OSError as error:
        for file in files:
            with suppress(OSError):
                file.unlink(missing_ok=True)
        prometheus_files.keep_in_memory()
        logger.warning(
            "the metrics of this call cannot be kept; it goes on without them",
            extra={"path": where, "error": error.strerror or str(error)},
        )
        return False
    return True


class Page(Collector):
    """The text that Prometheus scrapes.

    Args:
        path: The directory of the processes.
        own: The registry of this process, whose metrics are added: the worker's load and memory.
    """

    def __init__(self, path: Path, *, own: Collector = REGISTRY) -> None:
        self._path = path
        self._own = own

    def text(self) -> bytes:
        """All metrics as of now. It reads files: call it in a thread."""
        with _alone(self._path):
            fold(self._path)
            return generate_latest(self)

    def collect(self) -> Iterable[Metric]:
        """The families of all processes, then those that only this process has."""
        files = [path for path in self._path.glob("*.db") if _begun(path)]
        families = list(MultiProcessCollector.merge(map(str, files)))  # type: ignore[no-untyped-call]
        yield from families
        seen = {family.name for family in families}
        for family in self._own.collect():
            if family.samples and family.name not in seen:
                yield family


def fold(directory: Path) -> None:
    """Add up the files of ended processes; the caller holds the lock."""
    by_process = defaultdict(list)
    for path in directory.glob("*_*.db"):
        kind, _, process = path.stem.rpartition("_")
        if process.isdigit():
            by_process[int(process)].append((kind, path))
    ended = {pid: files for pid, files in by_process.items() if not _is_alive(pid)}
    for wanted in _ADDED_UP:
        paths = [path for files in ended.values() for kind, path in files if kind == wanted]
        if paths:
            _add_up(directory / f"{wanted}_{_ENDED}.db", paths)
    for pid in ended:
        mark_process_dead(pid, str(directory))  # type: ignore[no-untyped-call]


def _add_up(kept: Path, paths: list[Path]) -> None:
    """Add the values of files to those of the one that stands for ended processes."""
    sums: dict[str, float] = defaultdict(float)
    for path in filter(_begun, (kept, *paths)):
        for key, value in _values(path):
            sums[key] += value
    new = kept.with_suffix(".new")
    new.unlink(missing_ok=True)
    try:
        # The most that it can take: a full disk is then an error and not a signal.
        _allocate(new, prometheus_files.size(sums))
    except OSError as error:
        new.unlink(missing_ok=True)
        logger.debug("no room to fold metrics", extra={"error": str(error)})
        return
    prometheus_files.write_values(new, sums)
    new.replace(kept)
    for path in paths:
        path.unlink(missing_ok=True)


def _values(path: Path) -> list[tuple[str, float]]:
    """Read the file of an ended process. A file that cannot be read is renamed and left out."""
    try:
        return prometheus_files.read_values(path)
    except ValueError:
        logger.warning("a file of metrics cannot be read", extra={"path": str(path)})
        path.replace(path.with_suffix(".broken"))
        return []


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Keep the other processes, and the other threads, from reading and folding."""
    with (directory / _LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _begun(path: Path) -> bool:
    """Whether a process has written the file's head."""
    with suppress(FileNotFoundError):
        return path.stat().st_size >= struct.calcsize("i4x")
    return False


def _allocate(path: Path, size: int) -> None:
    """Make a file of zeros whose space is allocated on the disk.

    Raises:
        OSError: There is no room.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, 0, size)
    finally:
        os.close(file)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sweep(parent: Path) -> None:
    """Delete the directories of workers that were killed."""
    for path in parent.glob(f"{_PREFIX}*-*"):
        owner = path.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            if owner.isdigit() and not _is_alive(int(owner)) and path.stat().st_uid == os.getuid():
                shutil.rmtree(path, ignore_errors=True)
