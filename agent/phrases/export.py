"""Copies phrases out of a store, with a table that describes them. Blocks."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.files import shown
from livekit.plugins.sarvam_pooled.phrases.listing import Entry

from prewarm.stock_phrase_table import PhraseTable

from .listing import describe_voice, kind

TABLE: Final = "phrases.csv"
"""Name of the table in the folder."""

_COLUMNS: Final = (
    "file",
    "language",
    "speaker",
    "kind",
    "text",
    "seconds",
    "created",
    "provider",
    "voice",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def export(
    store: sarvam_pooled.PhraseStore, stock: PhraseTable, entries: Iterable[Entry], folder: Path
) -> list[Entry]:
    """Copy the WAV files of `entries` into `folder`, each under its path in the store, and write
    `phrases.csv` beside them. Returns the entries that were copied.

    An invalid file is removed from the store and left out.

    Raises:
        OSError: `folder` cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copied = []
    # With a byte order mark spreadsheets read the file as UTF-8.
    with (folder / TABLE).open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS)
        for entry in entries:
            if store.remove_if_defective(entry.path):
                continue
            inside = entry.path.relative_to(store.folder)
            (folder / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(entry.path, folder / inside)
            table.writerow(_row(entry, stock, inside))
            copied.append(entry)
    return copied


def _cell(value: str) -> str:
    """Mark a value as text if a spreadsheet would run it as a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _row(entry: Entry, stock: PhraseTable, inside: Path) -> tuple[str, ...]:
    key = entry.key
    return tuple(
        map(
            _cell,
            (
                shown(inside),
                key.voice.target_language_code,
                key.voice.speaker,
                kind(entry, stock),
                key.text,
                f"{entry.seconds:.2f}",
                datetime.fromtimestamp(entry.created, UTC).isoformat(timespec="seconds"),
                key.provider,
                describe_voice(key),
            ),
        )
    )
