"""What a call may do about its being slow, turn after turn: hooks by name, for LATENCY_RELIEF.

A hook is called when three of the last five turns were over the budget, with `slow` and the stage
to look at, and again with `slow` False when five in a row were within it. One of your own:

    from agent.latency.mitigations import Tuning, mitigation

    @mitigation("calm")
    def calm(tuning: Tuning, slow: bool, stage: str) -> None:
        if stage == "voice":
            tuning.change(parallel=1 if slow else tuning.made.parallel)

in a module that agent/__init__.py imports, as each process must know the hook before it reads the
settings, and LATENCY_RELIEF=calm. A hook runs on the call's event loop: it must return at once.
What it raises is logged, and costs the call nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

logger = logging.getLogger(__name__)

_VOICE: Final = ("pool", "send", "voice")


class Tuned(Protocol):
    """How the voice was made, or is now."""

    @property
    def hedge(self) -> bool:
        """Whether a late synthesis is asked for a second time."""

    @property
    def parallel(self) -> int:
        """Sentences synthesised at once."""


class Tuning(Protocol):
    """What a hook can change of a call; it holds from the next reply on (see `live.switches`)."""

    @property
    def made(self) -> Tuned:
        """As the settings had it."""

    def change(self, **changed: Any) -> object:
        """Change `cache`, `hedge`, `first_clause` or `parallel`."""


Mitigation = Callable[[Tuning, bool, str], None]

_known: dict[str, Mitigation] = {}


def mitigation(name: str) -> Callable[[Mitigation], Mitigation]:
    """Make a hook known by a name."""

    def remember(hook: Mitigation) -> Mitigation:
        _known[name] = hook
        return hook

    return remember


def checked(names: str | Iterable[str]) -> tuple[str, ...]:
    """Names, with commas between them, of hooks that are known.

    Raises:
        ValueError: One is not.
    """
    given = names.split(",") if isinstance(names, str) else names
    wanted = tuple(filter(None, (name.strip() for name in given)))
    if unknown := [name for name in wanted if name not in _known]:
        raise ValueError(f"knows no {unknown[0]!r}: take of {', '.join(sorted(_known))}")
    return wanted


def mitigate(names: Iterable[str], tuning: Tuning, *, slow: bool, stage: str) -> None:
    """Call the hooks of these names."""
    for name in names:
        try:
            _known[name](tuning, slow, stage)
        except Exception:
            logger.exception("a mitigation failed", extra={"mitigation": name})


@mitigation("hedge")
def hedge(tuning: Tuning, slow: bool, stage: str) -> None:
    """Ask twice while the voice is slow. For TTS_HEDGE=false, where second requests are saved."""
    if slow and stage in _VOICE:
        tuning.change(hedge=True)
    elif not slow:
        tuning.change(hedge=tuning.made.hedge)
