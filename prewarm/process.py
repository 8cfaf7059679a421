"""Paid once in each process, before it has a call."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from livekit.agents import JobProcess, tokenize
from livekit.agents.vad import VAD

logger = logging.getLogger(__name__)

_VAD = "vad"


def setup(process: JobProcess, load_vad: Callable[[], VAD]) -> None:
    """What LiveKit's `setup_fnc` does: plainly, as no loop runs yet and none could be kept.

    The VAD's model is loaded, and so is the hyphenator's dictionary, which would otherwise block
    the loop for 48 ms at the agent's first word (measured).
    """
    began = time.perf_counter()
    process.userdata[_VAD] = load_vad()
    loaded = time.perf_counter()
    tokenize.basic.hyphenate_word("hello")
    logger.info(
        "process is warm",
        extra={
            "vad_ms": round((loaded - began) * 1000, 1),
            "hyphenator_ms": round((time.perf_counter() - loaded) * 1000, 1),
        },
    )


def vad(process: JobProcess, load_vad: Callable[[], VAD]) -> VAD:
    """The VAD that `setup` loaded, or one loaded now when nothing was warmed."""
    return process.userdata.get(_VAD) or load_vad()
