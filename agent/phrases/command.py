"""`python agent.py phrases ...`: build, list, play, export, verify and remove stored phrases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases import listing
from livekit.plugins.sarvam_pooled.phrases.files import make_folder
from livekit.plugins.sarvam_pooled.phrases.store_lock import LockBusy
from rich.console import Console

from prewarm.required_phrases import RequiredPhrase, find_missing, required_phrases
from prewarm.stock_phrase_table import PhraseTable

from ..call.phrase_cache import build_remote_tier
from ..config.languages import find
from ..config.languages import languages as known_languages
from ..config.load import ConfigError
from ..config.settings import Settings
from . import player
from .build import PER_MINUTE
from .build_progress import run_build
from .export import export as copy_phrases
from .listing import Choice, ordered_entries
from .page import write_page
from .print_table import counted, line, show_table
from .setup import load_settings_and_table, open_quiet_store, tts_for

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Stored phrases: build, list, play, export, verify and remove them.",
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False, soft_wrap=True, emoji=False)
_err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

FAILED, MISUSED = 1, 2
"""Exit codes: a phrase is missing, invalid or could not be made; the settings are invalid."""

Languages = Annotated[
    list[str] | None,
    typer.Option("--language", "-l", metavar="CODE", help="Such as hi-IN. Can be repeated."),
]
Voices = Annotated[
    list[str] | None,
    typer.Option("--voice", "-v", metavar="SPEAKER", help="Such as shubh. Can be repeated."),
]
Text = Annotated[str, typer.Option("--text", "-t", help="Part of the text.")]
Speaker = Annotated[
    str | None, typer.Option("--voice", "-v", metavar="SPEAKER", help="Instead of SARVAM_SPEAKER.")
]
AllLanguages = Annotated[bool, typer.Option("--all", help="All languages of the assistant.")]


def main(arguments: Sequence[str]) -> int:
    """Run a command. Returns the exit code."""
    try:
        app(args=list(arguments), prog_name="agent.py phrases")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED
    except ConfigError as error:
        _err.print("\n".join(error.problems), markup=False)
        return MISUSED
    except (OSError, LockBusy) as error:
        _err.print(str(error), markup=False)
        return FAILED
    return 0


@app.command()
def build(
    languages: Languages = None,
    all_languages: AllLanguages = False,
    speaker: Speaker = None,
    per_minute: Annotated[
        float, typer.Option(min=0, help="Most requests a minute. 0: no limit.")
    ] = PER_MINUTE,
    within: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            help="For a build that a worker waits for: stop after this time, and exit with 0 even"
            " if phrases are missing or cannot be stored.",
        ),
    ] = None,
) -> None:
    """Synthesise the missing stock phrases, and write the page."""
    settings, table = load_settings_and_table("sarvam")
    codes = _codes(settings, table, languages, all_languages=all_languages)
    tts, store = tts_for(settings, speaker), open_quiet_store(settings)
    remote = build_remote_tier(settings)
    try:
        make_folder(store.folder, within=store.folder)
        code = run_build(
            tts,
            store,
            table,
            codes,
            remote=remote,
            per_minute=per_minute,
            within=within,
            out=_out,
        )
        _write_page(store, table)
    except (OSError, LockBusy) as error:
        _err.print(str(error), markup=False)
        code = FAILED
    # Without stored phrases calls are slower; without a worker they are lost.
    raise typer.Exit(0 if within is not None and code == FAILED else code)


@app.command()
def missing(
    languages: Languages = None, all_languages: AllLanguages = False, speaker: Speaker = None
) -> None:
    """List the stock phrases that are not in the store. Exit code 1 if any is missing."""
    settings, table = load_settings_and_table()
    tts, store = tts_for(settings, speaker), open_quiet_store(settings)
    lacking: list[RequiredPhrase] = []
    for code in _codes(settings, table, languages, all_languages=all_languages):
        of_all = required_phrases(tts, table, code)
        of_language = find_missing(store, of_all)
        lacking += of_language
        _out.print(f"{code}: {len(of_language)} of {len(of_all)} missing")
        for phrase in of_language:
            _out.print(f"  {phrase.text}", markup=False)
    raise typer.Exit(FAILED if lacking else 0)


@app.command("list")
def list_(languages: Languages = None, voices: Voices = None, text: Text = "") -> None:
    """List the phrases in the store."""
    _, table, found = _found(languages, voices, text)
    show_table(_out, found, table)


@app.command()
def play(languages: Languages = None, voices: Voices = None, text: Text = "") -> None:
    """Play the phrases in the store, one after the other. Ctrl-C stops."""
    _, table, found = _found(languages, voices, text)
    using = player.players()
    if not found:
        raise _failed("no phrase in the store matches")
    for entry in found:
        _out.print(line(entry, table), markup=False)
        if not player.play(entry.path, using):
            names = ", ".join(name for name, *_ in player.PLAYERS)
            _err.print(f"No player could play it ({names}). The file is", markup=False)
            raise _failed(str(entry.path))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Destination. Created if it does not exist.")],
    languages: Languages = None,
    voices: Voices = None,
    text: Text = "",
) -> None:
    """Copy WAV files out of the store, with a CSV that describes them."""
    store, table, found = _found(languages, voices, text)
    copied = copy_phrases(store, table, found, folder)
    _out.print(f"{counted(len(copied))} copied to {folder}", markup=False)
    if len(copied) < len(found):
        raise _failed(f"{counted(len(found) - len(copied))} left out: invalid")


@app.command()
def purge(
    languages: Languages = None,
    voices: Voices = None,
    text: Text = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
) -> None:
    """Remove phrases from the store: all of them, unless some are selected."""
    store, table, found = _found(languages, voices, text)
    show_table(_out, found, table)
    if not found:
        return
    if not yes:
        typer.confirm(f"Remove {counted(len(found))} from {store.folder}?", abort=True)
    unwanted = {entry.key for entry in found}
    removed = listing.purge(store, lambda entry: entry.key in unwanted)
    _out.print(f"{counted(removed)} removed")
    _write_page(store, table)


@app.command()
def verify() -> None:
    """Read every file completely. List and remove invalid ones. Exit code 1 if there are any."""
    store = open_quiet_store(load_settings_and_table()[0])
    checked = list(listing.verify(store))
    faults = {path: fault for path, fault in checked if fault}
    for path, fault in faults.items():
        _out.print(f"{fault}: {path.relative_to(store.folder)}", markup=False)
    _out.print(f"{counted(len(checked))} read, {len(faults)} invalid")
    if faults:
        raise _failed("Invalid files were removed. `make prewarm` makes stock phrases again.")


@app.command()
def page() -> None:
    """Write the page that plays every phrase in the store."""
    settings, table = load_settings_and_table()
    _write_page(open_quiet_store(settings), table)


def _found(
    languages: list[str] | None, voices: list[str] | None, text: str
) -> tuple[sarvam_pooled.PhraseStore, PhraseTable, list[listing.Entry]]:
    settings, table = load_settings_and_table()
    store = open_quiet_store(settings)
    choice = Choice(
        languages=frozenset(_code(spelling, table) for spelling in languages or ()),
        voices=frozenset(voice.lower() for voice in voices or ()),
        text=text,
    )
    return store, table, ordered_entries(store, table, choice)


def _codes(
    settings: Settings, table: PhraseTable, languages: Iterable[str] | None, *, all_languages: bool
) -> list[str]:
    """The selected languages; by default all in which a call can begin."""
    if all_languages:
        return list(table.by_language)
    if not languages:
        begins = (settings.language.code, *settings.number_languages.values())
        return [code for code in dict.fromkeys(begins) if code in table.by_language]
    return list(dict.fromkeys(_code(spelling, table) for spelling in languages))


def _code(spelling: str, table: PhraseTable) -> str:
    found = find(spelling)
    if found is None or found.code not in table.by_language:
        have = ", ".join(table.by_language)
        raise ConfigError((f"--language {spelling}: the assistant has {have}",))
    return found.code


def _write_page(store: sarvam_pooled.PhraseStore, table: PhraseTable) -> None:
    names = {code: known.name for code, known in known_languages().items()}
    _out.print(f"Listen: {write_page(store, table, names).resolve().as_uri()}", markup=False)


def _failed(message: str) -> typer.Exit:
    _err.print(message, markup=False)
    return typer.Exit(FAILED)
