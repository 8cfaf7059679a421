"""Copies for people, with a table."""

from __future__ import annotations

import csv
import wave
from dataclasses import replace
from pathlib import Path

import pytest
from livekit.plugins import sarvam_pooled

from agent.phrases.export import export
from agent.phrases.listing import ordered_entries
from tests.support.clinic import TABLE

from ...support.stored_phrases import MakePhrase


def test_copies_play_and_the_table_names_them(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase, tmp_path: Path
) -> None:
    """Text and voice stand in it as they are."""
    store.put(make_phrase('Sure, "quoted".', seconds=1.5))
    store.put(make_phrase("जी।", target_language_code="hi-IN"))
    folder = tmp_path / "out"
    assert len(export(store, TABLE, ordered_entries(store, TABLE), folder)) == 2
    with (folder / "phrases.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["language"], row["text"], row["seconds"]) for row in rows] == [
        ("en-IN", 'Sure, "quoted".', "1.50"),
        ("hi-IN", "जी।", "1.00"),
    ]
    for row in rows:
        with wave.open(str(folder / row["file"])) as sound:
            assert sound.getnframes() / sound.getframerate() == float(row["seconds"])


def test_a_file_that_is_wrong_is_left_out(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase, tmp_path: Path
) -> None:
    """One whose samples changed still has a good head, and is found all the same."""
    phrase = make_phrase("Sure.")
    store.put(phrase)
    path = store.folder / phrase.key.path
    altered = bytearray(path.read_bytes())
    altered[-1] ^= 1
    path.write_bytes(altered)
    assert export(store, TABLE, ordered_entries(store, TABLE), tmp_path / "out") == []
    assert not list((tmp_path / "out").rglob("*.wav"))


@pytest.mark.parametrize("text", ["=1+1", "+91", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_is_a_formula(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase, tmp_path: Path, text: str
) -> None:
    """A spreadsheet runs what begins like one; no cell of the table does."""
    phrase = make_phrase("Sure.", dict_id="=cmd()", speaker="=sum(a1)")
    forged = replace(phrase.key, text=text, provider=f"{text}x")
    store.put(replace(phrase, key=forged))
    export(store, TABLE, ordered_entries(store, TABLE), tmp_path / "out")
    with (tmp_path / "out" / "phrases.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = list(csv.DictReader(file))
    assert row["text"] == f"'{text}"
    assert not [cell for cell in row.values() if cell.startswith(tuple("=+-@\t\r"))]
