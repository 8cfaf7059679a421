"""Choosing and ordering phrases for people."""

from __future__ import annotations

import pytest
from livekit.plugins import sarvam_pooled

from agent.phrases.listing import HEARD, Choice, describe_voice, kind, ordered_entries
from tests.support.clinic import TABLE, phrases

from ...support.stored_phrases import MakePhrase


@pytest.fixture
def filled(store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase) -> sarvam_pooled.PhraseStore:
    """Four phrases, put in an order that is nobody's."""
    store.put(make_phrase("We open at nine."))
    store.put(make_phrase("Sure.", speaker="ritu"))
    store.put(make_phrase("Sure."))
    store.put(make_phrase(phrases("en-IN").greeting))
    store.put(make_phrase("जी।", target_language_code="hi-IN"))
    return store


def test_a_segment_of_a_stock_phrase_is_distinguished_from_what_was_heard(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase
) -> None:
    """After the phrases themselves, before what replies left."""
    for text in ("We open at nine.", "this is Asha Clinic.", phrases("en-IN").greeting):
        store.put(make_phrase(text))
    kinds = [kind(entry, TABLE) for entry in ordered_entries(store, TABLE)]
    assert kinds == ["greeting", "part of greeting", HEARD]


def texts(store: sarvam_pooled.PhraseStore, **choice: object) -> list[str]:
    return [entry.key.text for entry in ordered_entries(store, TABLE, Choice(**choice))]  # type: ignore[arg-type]


def test_stock_phrases_come_first_in_their_order(filled: sarvam_pooled.PhraseStore) -> None:
    """By language and voice, then as in the file, then what was heard in calls."""
    assert texts(filled) == ["Sure.", phrases("en-IN").greeting, "Sure.", "We open at nine.", "जी।"]
    assert [kind(entry, TABLE) for entry in ordered_entries(filled, TABLE)] == [
        "opener", "greeting", "opener", HEARD, "opener",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "number"),
    [
        ({"languages": frozenset({"hi-IN"})}, 1),
        ({"voices": frozenset({"ritu"})}, 1),
        ({"text": "SURE"}, 2),
        ({"text": "sure", "voices": frozenset({"shubh"})}, 1),
        ({"languages": frozenset({"hi-IN", "en-IN"})}, 5),
        ({"text": "goodbye"}, 0),
    ],
)
def test_what_is_chosen_fits_everything_that_is_named(
    filled: sarvam_pooled.PhraseStore, choice: dict[str, object], number: int
) -> None:
    """Languages, voices and a part of the text, in any case."""
    assert len(texts(filled, **choice)) == number


def test_a_voice_is_described_by_what_is_not_usual(make_phrase: MakePhrase) -> None:
    """Two that differ look different."""
    usual = make_phrase("Sure.").key
    assert describe_voice(usual) == "bulbul:v3, linear16 24 kHz"
    assert describe_voice(make_phrase("Sure.", pace=1.2, dict_id="d").key) == (
        "bulbul:v3, linear16 24 kHz, pace 1.2, dict_id d"
    )
