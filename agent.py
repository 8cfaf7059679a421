"""`python agent.py dev | start | console`: the worker by LiveKit's command line."""

from __future__ import annotations

import sys
import warnings

from agent.config import ConfigError, load_settings

try:
    # `console` speaks through this machine's microphone: it needs no room.
    load_settings(needs_room="console" not in sys.argv and "--help" not in sys.argv)
    from agent.worker import server
except ConfigError as error:
    print(error, file=sys.stderr)  # noqa: T201
    sys.exit(2)

if __name__ == "__main__":
    from livekit.agents import cli

    # LiveKit prefers its external `lk` tool; this command line is what its servers still run.
    warnings.filterwarnings("ignore", "the built-in Python CLI is deprecated")
    cli.run_app(server)
