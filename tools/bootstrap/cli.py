"""The command line of the bootstrap: which parts, in which order, one at a time on a machine."""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import livekit, node, python_env, system
from .hints import DISK_FULL
from .place import BootstrapError, Place, is_set
from .progress import Progress

# What each make target needs; `run` builds a LiveKit server only if none is named.
TARGETS: dict[str, tuple[str, ...]] = {
    "install": ("system", "python"),
    "check": ("python",),
    "eval": ("system", "python", "livekit-unless-named"),
    "prewarm": ("python",),
    "run": ("system", "python", "node", "livekit-unless-named"),
    "demo": ("system", "python", "node", "livekit-unless-named"),
    "test": ("system", "bubblewrap", "python", "node", "livekit"),
    "browser-test": ("system", "chromium", "python", "node", "livekit"),
}


def main(arguments: Sequence[str]) -> int:
    """Make the clone ready for a target. Returns the exit code: 0 if it is ready."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.bootstrap", description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS), help="the make target to be ready for")
    target = parser.parse_args(arguments).target
    place = Place(Path(__file__).resolve().parents[2])
    # SIGTERM ends the bootstrap as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        progress = Progress(place.logs)
        with locked(place, progress):
            prepare(place, progress, target)
    except BootstrapError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{explain_os_error(error)}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; the same command continues from here\n")
        return 130
    return 0


def prepare(place: Place, progress: Progress, target: str) -> None:
    """Run the parts of a target in order; those that are done cost milliseconds."""
    for part in TARGETS[target]:
        match part:
            case "system":
                system.install(place, progress, again=target == "install")
            case "chromium":
                system.install(place, progress, system.CHROMIUM)
            case "bubblewrap":
                system.install(place, progress, system.BUBBLEWRAP)
            case "python":
                python_env.install(place, progress)
            case "node":
                node.install(place, progress)
            case "livekit":
                livekit.install(place, progress)
            case "livekit-unless-named" if not is_set(place.root, "LIVEKIT_URL"):
                livekit.install(place, progress)


@contextmanager
def locked(place: Place, progress: Progress) -> Iterator[None]:
    """Only one bootstrap at a time in a clone.

    The kernel holds the lock, so a dead process cannot leave it behind. The commands inherit it: if
    the bootstrap is killed, it stays locked until its pip or Go compiler ends, too.
    """
    place.cache.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(place.cache / "bootstrap.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.note("waiting for another install in this folder to end")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        progress.inherited = (descriptor,)
        yield
    finally:
        os.close(descriptor)


def explain_os_error(error: OSError) -> str:
    """One line about a file system that refuses."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return DISK_FULL
        case errno.EROFS:
            return (
                f"cannot write {error.filename}: its file system is read-only, so clone elsewhere"
            )
        case errno.EACCES | errno.EPERM:
            return f"cannot write {error.filename}: check who owns the clone (it must be you)"
        case _:
            return f"{error.filename or 'the operating system'}: {error.strerror or error}"
