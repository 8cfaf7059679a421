"""Python programs in an interpreter of their own, which has loaded nothing of this project yet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(
    program: str, *arguments: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `program` at the root of the repository to its end; whether it succeeded is the caller's
    to check.

    Args:
        environ: The whole environment; None for that of the tests.
    """
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
