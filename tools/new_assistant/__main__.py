"""`python -m tools.new_assistant shop [--in FOLDER]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .write import ASSISTANTS, Refused, write


def main(arguments: list[str] | None = None) -> int:
    """Write the folder, and say what to do next. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make assistant", description=__doc__)
    parser.add_argument("name", nargs="?", default="")
    parser.add_argument("--in", dest="root", type=Path, default=ASSISTANTS, metavar="FOLDER")
    given = parser.parse_args(arguments)
    try:
        folder = write(given.name, given.root)
    except Refused as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{given.root} cannot be written: {error.strerror}\n")
        return 1
    name = folder.name
    sys.stdout.write(
        f"{folder} is new. Next:\n"
        f"  make run ASSISTANT={name}\n    talk to it in the browser\n"
        f"  make test TESTS=assistants/{name}\n    hold a conversation with it in a test\n"
        f"  make eval ASSISTANT={name}\n    have simulated callers call it\n"
        "docs/your-own-assistant.md goes on from there.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
