"""The voice agent. `python -m livekit.agents start agent.py` finds `server` here.

LiveKit looks for a server among the names of a module, and `agent` is this package for it, which
therefore can have no module called `server`. The server is made when it is asked for, so that
importing a part of the package needs no keys.
"""

from __future__ import annotations

import sys
from typing import Any


def __getattr__(name: str) -> Any:
    if name != "server":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .config.load import ConfigError

    try:
        from .worker import server
    except ConfigError as error:
        sys.exit(str(error))
    return server


def __dir__() -> list[str]:
    return [*globals(), "server"]
