"""Prints the known vulnerabilities of the locked packages. Exit code 1 if there are any, else 0.

If OSV cannot be reached, it prints `audit: not run` and the reason, and ends with 0: a missing
network is not a fault of the code.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from .locks import locked
from .osv import ADDRESS, Unreachable, vulnerabilities

ROOT = Path(__file__).resolve().parents[2]


def main(*, root: Path = ROOT, address: str = ADDRESS) -> int:
    """Ask, print, and return the exit code."""
    packages = locked(root)
    try:
        known = vulnerabilities(packages, address=address)
    except Unreachable as error:
        sys.stdout.write(f"audit: not run: {error}\n")
        return 0
    for package, ids in known.items():
        sys.stdout.write(
            f"{package.ecosystem} {package.name} {package.version}: "
            f"{', '.join(f'https://osv.dev/{each}' for each in ids)}\n"
        )
    counts = Counter(package.ecosystem for package in packages)
    asked = ", ".join(f"{count} of {name}" for name, count in sorted(counts.items()))
    sys.stdout.write(f"audit: {len(known)} packages with known vulnerabilities; asked: {asked}\n")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main())
