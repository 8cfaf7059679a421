"""A page that plays every phrase of a store, to check pronunciation by listening.

The page is one file beside the phrases and refers to them by relative paths: it works from the
disk, any server, and a copy of the folder. Template: page.html, in the playground's colours.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote

from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.files import make_folder, shown, write_atomically
from livekit.plugins.sarvam_pooled.phrases.listing import Entry

from prewarm.stock_phrase_table import PhraseTable

from .listing import describe_voice, kind, ordered_entries

PAGE: Final = "index.html"
"""Name of the page in the folder of the store."""

_FORM: Final = Path(__file__).with_name("page.html")
# Sarvam's code of a language -> the browsers' code, where they differ.
_BROWSERS: Final = {"od-IN": "or-IN"}


def write_page(
    store: sarvam_pooled.PhraseStore, table: PhraseTable, names: Mapping[str, str]
) -> Path:
    """Write the page of what is in the store now. Returns its path.

    Args:
        names: Sarvam's code of a language -> its name.

    Raises:
        OSError: The folder cannot be written.
    """
    path = store.folder / PAGE
    make_folder(store.folder, within=store.folder)
    now = time.time()
    page = render(ordered_entries(store, table), table, store.folder, names, now=now)
    write_atomically(path, page.encode(errors="replace"), through=store.folder, now=now)
    return path


def render(
    entries: list[Entry], table: PhraseTable, folder: Path, names: Mapping[str, str], *, now: float
) -> str:
    """The page as HTML. `entries` in the order of `ordered_entries`; `now` in Unix time. Pure."""
    languages = {language: list(group) for language, group in groupby(entries, key=_code)}
    sections = [_section(code, group, table, folder, names) for code, group in languages.items()]
    return Template(_FORM.read_text(encoding="utf-8")).substitute(
        summary=_summary(entries, now),
        languages=_links(languages, names) if len(languages) > 1 else "",
        sections="\n".join(sections) or _EMPTY,
    )


_EMPTY: Final = (
    '<p class="empty">There are no phrases yet: <code>make prewarm</code> makes them.</p>'
)


def _summary(entries: list[Entry], now: float) -> str:
    when = datetime.fromtimestamp(now, UTC).strftime("%d %b %Y, %H:%M UTC").lstrip("0")
    megabytes = sum(entry.bytes for entry in entries) / 1e6
    return f"{_counted(entries)} · {megabytes:.1f} MB · {when}"


def _links(languages: Mapping[str, list[Entry]], names: Mapping[str, str]) -> str:
    links = (
        f'<a href="#{escape(quote(code))}">{escape(names.get(code, code))}'
        f"<span>{len(group)}</span></a>"
        for code, group in languages.items()
    )
    return f'<nav aria-label="Languages">{"".join(links)}</nav>'


def _section(
    code: str, entries: list[Entry], table: PhraseTable, folder: Path, names: Mapping[str, str]
) -> str:
    voices = groupby(
        entries,
        key=lambda each: (each.key.voice.speaker, each.key.provider, describe_voice(each.key)),
    )
    lists = "".join(_voice(*voice, list(group), table, folder) for voice, group in voices)
    name = names.get(code)
    title = f"{escape(name)} <small>{escape(code)}</small>" if name else escape(code)
    return f'<section id="{escape(code)}"><h2>{title}</h2>{lists}</section>'


def _voice(
    speaker: str, provider: str, about: str, entries: list[Entry], table: PhraseTable, folder: Path
) -> str:
    title = f"<h3>{escape(speaker.capitalize())}</h3><p>{escape(about)} · {_counted(entries)}</p>"
    if provider != "sarvam":
        title += f"<em>not Sarvam: {escape(provider.partition('@')[2])}</em>"
    items = "".join(_phrase(entry, table, folder) for entry in entries)
    return f'<div class="voice"><header>{title}</header><ol>{items}</ol></div>'


def _phrase(entry: Entry, table: PhraseTable, folder: Path) -> str:
    source = quote(shown(entry.path.relative_to(folder)))
    code = _code(entry)
    return (
        f'<li><audio controls preload="none" src="{escape(source)}"></audio>'
        f'<p lang="{escape(_BROWSERS.get(code, code))}" dir="auto">{escape(entry.key.text)}</p>'
        f'<span class="kind">{escape(kind(entry, table))}</span>'
        f'<span class="length">{entry.seconds:.1f} s</span></li>\n'
    )


def _counted(entries: Iterable[Entry]) -> str:
    lengths = [entry.seconds for entry in entries]
    minutes, seconds = divmod(round(sum(lengths)), 60)
    length = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return f"{len(lengths)} {'phrase' if len(lengths) == 1 else 'phrases'} · {length}"


def _code(entry: Entry) -> str:
    return entry.key.voice.target_language_code
