"""How a decoder's work is spread over its steps: as a share, which no machine's speed changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

_RUNS = 20
"""One quiet run of so many is enough, as the machine has other work."""


def longest_step(work: Callable[[], Iterator[bytes]]) -> float:
    """The part of the whole time that the longest step of `work` takes, in the quietest run."""
    return min(_longest(work()) for _ in range(_RUNS))


def _longest(steps: Iterator[bytes]) -> float:
    longest = whole = 0.0
    step: bytes | None = b""
    while step is not None:
        # The thread's own time, which other programs do not lengthen.
        began = time.thread_time()
        step = next(steps, None)
        took = time.thread_time() - began
        longest, whole = max(longest, took), whole + took
    return longest / whole
