"""LiveKit's browser library."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.library import INSTALL, LIBRARY, MissingLibraryError, library_path


def test_it_is_served_from_where_npm_puts_it(tmp_path: Path) -> None:
    """Without it, the command that installs it is part of the error."""
    with pytest.raises(MissingLibraryError, match=INSTALL):
        library_path(tmp_path)
    file = tmp_path / LIBRARY
    file.parent.mkdir(parents=True)
    file.touch()
    assert library_path(tmp_path) == file
