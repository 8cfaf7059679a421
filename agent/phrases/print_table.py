"""Prints phrases of a store: a table on a terminal, columns with tabs for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from livekit.plugins.sarvam_pooled.phrases.listing import Entry
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.phrases.listing import kind
from prewarm.stock_phrase_table import PhraseTable

_COLUMNS = ("language", "voice", "kind", "text", "length", "made")


def show_table(out: Console, entries: Sequence[Entry], stock: PhraseTable) -> None:
    """Print `entries`; without a terminal, one line each with tabs between the columns."""
    if not out.is_terminal:
        for entry in entries:
            # Not by rich, which turns tabs into spaces.
            out.file.write("\t".join(_cells(entry, stock)) + "\n")
        return
    shown = Table(*_COLUMNS, box=None, pad_edge=False, header_style="bold")
    for entry in entries:
        shown.add_row(*map(Text, _cells(entry, stock)))
    if entries:
        # Wrap long texts within their column.
        out.print(shown, soft_wrap=False)
    size = sum(entry.bytes for entry in entries) / 1e6
    seconds = sum(entry.seconds for entry in entries)
    out.print(f"{counted(len(entries))}, {seconds:.0f} s, {size:.1f} MB")


def line(entry: Entry, stock: PhraseTable) -> str:
    """One phrase in one line."""
    language, voice, _, text, length, _ = _cells(entry, stock)
    return f"{language} {voice}  {text}  {length}"


def counted(number: int) -> str:
    """ "1 phrase", "2 phrases"."""
    return f"{number} phrase" if number == 1 else f"{number} phrases"


def _cells(entry: Entry, stock: PhraseTable) -> tuple[str, ...]:
    voice = entry.key.voice
    made = datetime.fromtimestamp(entry.created).astimezone()
    other = "" if entry.key.provider == "sarvam" else f" ({entry.key.provider.partition('@')[2]})"
    return (
        voice.target_language_code,
        f"{voice.speaker}{other}",
        kind(entry, stock),
        " ".join(entry.key.text.split()),
        f"{entry.seconds:.1f} s",
        made.strftime("%Y-%m-%d %H:%M"),
    )
