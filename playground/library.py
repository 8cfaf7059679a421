"""LiveKit's browser library, which npm puts beside this module. Pure but for one look at the disk.

Its ES module is self-contained (2.23.0: no import statement in it), so it is served as it is and
needs no bundler.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = Path("node_modules/livekit-client/dist/livekit-client.esm.mjs")
INSTALL = "npm ci --ignore-scripts --prefix playground"


class MissingLibraryError(Exception):
    """The browser library is not installed; the text says which command installs it."""

    def __init__(self) -> None:
        super().__init__(f"The playground's browser library is not installed. Run: {INSTALL}")


def library_path(root: Path = HERE) -> Path:
    """The file to serve; `MissingLibraryError` if npm has not put it there."""
    path = root / LIBRARY
    if not path.is_file():
        raise MissingLibraryError
    return path
