"""Makes Ctrl-C work at every moment of a worker's life.

LiveKit Agents 1.8.9 ignores SIGINT while it starts a job process, so that the process inherits
that: Ctrl-C was lost in the first 3 s of a worker (measured). SIGTERM is never ignored, and LiveKit
treats it in the same way.
"""

from __future__ import annotations

import signal
import threading


def install_signal_handlers() -> None:
    """Treat each SIGINT as SIGTERM. Called once, before other threads start.

    On Linux a blocked signal stays pending for `sigwait` even while it is ignored. macOS drops it:
    this changes nothing there. Child processes inherit the block: job processes ignore SIGINT.
    """
    # Until LiveKit installs its handler, SIGTERM ends the worker as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.Thread(target=_pass_on, name="ctrl-c", daemon=True).start()


def _pass_on() -> None:
    main = threading.main_thread().ident
    assert main is not None
    while True:
        signal.sigwait({signal.SIGINT})
        # Sent to the main thread, so that a blocking call in it is interrupted.
        signal.pthread_kill(main, signal.SIGTERM)
