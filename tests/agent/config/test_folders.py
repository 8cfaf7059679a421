"""Folders of callers' words in which other users may write are named when the worker starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config.folders import look_at_folders
from agent.config.load import load_settings
from agent.config.settings import Settings


def settings(**values: str) -> Settings:
    keys = {f"{name}_API_KEY": "k" for name in ("SARVAM", "DEEPGRAM", "OPENAI", "CARTESIA")}
    return load_settings(env_file=Path("none"), environ=keys | values, needs_room=False)


@pytest.mark.parametrize(
    ("journal", "phrases", "cache", "named"),
    [
        (0o777, 0o775, "true", ["JOURNAL_DIR", "PHRASE_STORE_DIR"]),
        (0o777, 0o755, "true", ["JOURNAL_DIR"]),
        (0o700, 0o777, "false", []),
        (None, None, "true", []),
    ],
)
def test_a_folder_that_others_may_write_in_is_named(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    journal: int | None,
    phrases: int | None,
    cache: str,
    named: list[str],
) -> None:
    """With its variable and what to do; one that is not there or not used is no matter."""
    folders = {"JOURNAL_DIR": tmp_path / "calls", "PHRASE_STORE_DIR": tmp_path / "phrases"}
    for folder, mode in zip(folders.values(), (journal, phrases), strict=True):
        if mode is not None:
            folder.mkdir()
            folder.chmod(mode)
    look_at_folders(
        settings(PHRASE_CACHE=cache, **{name: str(path) for name, path in folders.items()})
    )
    warnings = [record.getMessage() for record in caplog.records]
    assert len(warnings) == len(named)
    assert all("chmod go-w" in each for each in warnings)
    assert sorted(name for name in folders if any(name in each for each in warnings)) == named
