"""`python -m playground`: serve the page until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import errno
import signal
import sys

from .library import MissingLibraryError
from .server import serve
from .settings import Settings, SettingsError, load_settings


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with serve(settings) as address:
        sys.stdout.write(f"Playground: {address}\n")
        sys.stdout.flush()
        await stop.wait()


def _port_problem(settings: Settings, error: OSError) -> str:
    address = f"{settings.playground_host}:{settings.playground_port}"
    if error.errno == errno.EADDRINUSE:
        return f"{address} is in use: stop what uses it, or set PLAYGROUND_PORT to another port."
    return f"{address} cannot be served ({error.strerror}): see PLAYGROUND_HOST, PLAYGROUND_PORT."


def main() -> int:
    """Exit code 0 after a stop that was asked for, 1 when it could not start."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return _fail(str(error))
    try:
        asyncio.run(_run(settings))
    except MissingLibraryError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(_port_problem(settings, error))
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
