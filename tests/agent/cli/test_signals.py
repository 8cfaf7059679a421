"""Ctrl-C while LiveKit has it ignored."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

# A worker as it starts: before LiveKit has its handlers, and while LiveKit starts a process.
WORKER = """
import signal, sys, time
from agent.cli.signals import install_signal_handlers
install_signal_handlers()
if sys.argv[1] == "starting":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
try:
    print("ready", flush=True)
    # Short ones, as a handler runs between two instructions of Python: a signal that comes just
    # before a call that sleeps waits for its end (in 3.14 half of them did).
    for _ in range(5000):
        time.sleep(0.01)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize(("state", "code"), [("importing", 130), ("starting", 3)])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_not_lost(state: str, code: int, number: signal.Signals) -> None:
    """It ends the worker as SIGTERM does, at once and without a traceback."""
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, state],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (code, "")
