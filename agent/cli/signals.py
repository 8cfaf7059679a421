"""Ctrl-C works at every moment of a worker's life.

LiveKit Agents 1.8.9 ignores SIGINT while it starts a job process, so that the process inherits
that: 3 s at the start of a worker, in which Ctrl-C was lost (measured). SIGTERM is never ignored,
and LiveKit treats it in the same way.
"""

from __future__ import annotations

import signal
import threading


def install_signal_handlers() -> None:
    """From now on, take SIGINT as SIGTERM. Called once, before other threads are started.

    On Linux a blocked signal stays pending for `sigwait` even while it is ignored. macOS drops it,
    so there nothing changes. Child processes inherit the block: job processes ignore SIGINT.
    """
    # Until LiveKit has its own handler: the same quiet end as by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.Thread(target=_pass_on, name="ctrl-c", daemon=True).start()


def _pass_on() -> None:
    main = threading.main_thread().ident
    assert main is not None
    while True:
        signal.sigwait({signal.SIGINT})
        # To that thread, so that a call in which it blocks is interrupted.
        signal.pthread_kill(main, signal.SIGTERM)
