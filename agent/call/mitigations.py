"""Hooks, named in LATENCY_RELIEF, that run when a call becomes slow and when it recovers.

A hook is called when three of the last five turns were over the budget, with `slow` and the stage
to look at, and again with `slow` False when five in a row were within it. To write your own:

    from agent.call.mitigations import Tuning, mitigation

    @mitigation("calm")
    def calm(tuning: Tuning, slow: bool, stage: str) -> None:
        if stage == "tts":
            tuning.change(parallel=1 if slow else tuning.configured.parallel)

in a module that agent/worker.py imports, and set LATENCY_RELIEF=calm. A hook runs on the call's
event loop: it must return at once. An exception is logged, and does not affect the call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Final

from .switches import Switches

logger = logging.getLogger(__name__)

_TTS: Final = ("pool", "send", "tts")


Tuning = Switches
"""The options of a call that a hook can change, from the next reply on."""
Mitigation = Callable[[Tuning, bool, str], None]

_known: dict[str, Mitigation] = {}


def mitigation(name: str) -> Callable[[Mitigation], Mitigation]:
    """Register a hook under a name."""

    def remember(hook: Mitigation) -> Mitigation:
        _known[name] = hook
        return hook

    return remember


def check_names(names: Iterable[str]) -> None:
    """Check that all these hooks are registered.

    Raises:
        ValueError: One is not.
    """
    if unknown := [name for name in names if name not in _known]:
        known = ", ".join(sorted(_known))
        raise ValueError(f"unknown mitigation {unknown[0]!r}; choose from {known}")


def mitigate(names: Iterable[str], tuning: Tuning, slow: bool, stage: str) -> None:
    """Call the hooks of these names."""
    for name in names:
        try:
            _known[name](tuning, slow, stage)
        except Exception:
            logger.exception("a mitigation failed", extra={"mitigation": name})


@mitigation("hedge")
def hedge(tuning: Tuning, slow: bool, stage: str) -> None:
    """Hedge while the TTS is slow. Useful with TTS_HEDGE=false, which saves second requests."""
    if slow and stage in _TTS:
        tuning.change(hedge=True)
    elif not slow:
        tuning.change(hedge=tuning.configured.hedge)
