"""Work done before a call: once for all processes, or once in each.

LiveKit runs one call in each process and then ends it: that call uses what `warm_up` makes. A
new process warms up just when the one before it takes its call, and the two compete for the CPU:
the process that all are forked from loads what can be shared (see `forkserver_preload.py`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from typing import TypeVar

from livekit.agents import JobProcess, tokenize
from livekit.agents.utils import http_context
from livekit.plugins import sarvam_pooled
from pydantic import BaseModel

logger = logging.getLogger(__name__)

T = TypeVar("T")

MODULES = (
    "openai.resources.chat.completions",
    "openai.resources.models",
    "anyio._backends._asyncio",
    "livekit.agents.llm.async_toolset",
    "numpy.fft",
)
"""Modules that the first request, the agent's start and its first second of speech import: 30 ms
that would block the loop (measured)."""

_READY = "ready"


def warm_up(process: JobProcess, make: Callable[[], T]) -> None:
    """Implements LiveKit's `setup_fnc`. Synchronous, because no event loop is running yet.

    Args:
        make: Makes the objects that the call will need (models, clients), without a loop.
    """
    began = time.perf_counter()
    load_shared()
    loaded = time.perf_counter()
    process.userdata[_READY] = make()
    times = {"shared_ms": loaded - began, "clients_ms": time.perf_counter() - loaded}
    logger.info(
        "process is warm",
        extra={name: round(seconds * 1000, 1) for name, seconds in times.items()},
    )


def load_shared() -> None:
    """Load what processes can share: it has no threads and no loop, and belongs to no call.
    A second call takes no time."""
    for name in MODULES:
        import_module(name)
    complete_models()
    # Both read all certificates; LiveKit and the plugin keep them for every client.
    _load_certificates()
    sarvam_pooled.preload()
    # LiveKit loads a dictionary at the agent's first word.
    tokenize.basic.hyphenate_word("hello")


@cache
def _load_certificates() -> None:
    """Have LiveKit read them, which it does when a process opens its first session. A thread opens
    the session, because this one may run a loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _open_session()).result()


async def _open_session() -> None:
    async with http_context.open():
        pass


@cache
def complete_models() -> None:
    """Have pydantic build LiveKit's models now. It defers that until a model is first used, which
    is when a call begins: 50 ms for all of them (measured)."""
    for model in _models(BaseModel):
        if model.__module__.startswith("livekit.") and not model.__pydantic_complete__:
            model.model_rebuild(raise_errors=False)


def take(process: JobProcess, make: Callable[[], T]) -> T:
    """Take what `warm_up` made for the one call of this process; make it now if it did not run."""
    ready: T | None = process.userdata.pop(_READY, None)
    return make() if ready is None else ready


def _models(root: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in root.__subclasses__():
        yield model
        yield from _models(model)
