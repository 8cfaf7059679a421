"""Ctrl-C counts at every moment of a worker's life.

LiveKit Agents 1.8.9 has the system ignore SIGINT whenever it starts a job process, for the process
to inherit that: 3 s at the start of a worker, in which Ctrl-C was lost (measured). SIGTERM is never
ignored and means the same to it.
"""

from __future__ import annotations

import signal
import threading


def install_signal_handlers() -> None:
    """From now on, take SIGINT as SIGTERM. Called once, before other threads are started.

    What is blocked is kept for who waits for it, even while it is ignored (Linux; macOS drops it,
    and leaves things as they were). Processes inherit the block: job processes ignore SIGINT.
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
