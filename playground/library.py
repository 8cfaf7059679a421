"""LiveKit's browser library, which npm installs beside this module.

Its ES module is self-contained (2.23.0: no import statement), so it is served unchanged, without a
bundler.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = Path("node_modules/livekit-client/dist/livekit-client.esm.mjs")
INSTALL = "npm ci --ignore-scripts --prefix playground"


class MissingLibraryError(Exception):
    """The browser library is not installed; the message has the command that installs it."""

    def __init__(self) -> None:
        super().__init__(f"The playground's browser library is not installed. Run: {INSTALL}")


def library_path(root: Path = HERE) -> Path:
    """The file to serve.

    Raises:
        MissingLibraryError: npm has not installed it.
    """
    path = root / LIBRARY
    if not path.is_file():
        raise MissingLibraryError
    return path
