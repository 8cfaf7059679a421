"""The phrases of a store, selected and ordered for people. Only `ordered_entries` reads files."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields
from functools import partial

from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.listing import Entry, entries
from livekit.plugins.sarvam_pooled.spoken import as_spoken

from prewarm.stock_phrase_table import PhraseTable

HEARD = "heard in calls"
"""Kind of a phrase that is not in `phrases.toml`: a reply put it into the store."""
PART = "part of {}"
"""Kind of a Segment of a stock phrase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Selects phrases: those that match all of its attributes.

    Attributes:
        languages: Sarvam's codes; empty: all.
        voices: Speakers; empty: all.
        text: Part of the text, in upper or lower case; empty: all.
    """

    languages: frozenset[str] = frozenset()
    voices: frozenset[str] = frozenset()
    text: str = ""

    def fits(self, entry: Entry) -> bool:
        """Whether `entry` is selected."""
        voice = entry.key.voice
        return (
            (not self.languages or voice.target_language_code in self.languages)
            and (not self.voices or voice.speaker in self.voices)
            and _normalised(self.text) in _normalised(entry.key.text)
        )


def ordered_entries(
    store: sarvam_pooled.PhraseStore, table: PhraseTable, choice: Choice | None = None
) -> list[Entry]:
    """The phrases of a store, by language and voice, stock phrases in the order of the table, then
    the others by their text. Invalid files are left out."""
    choice = choice or Choice()
    found = (entry for entry in entries(store) if choice.fits(entry))
    return sorted(found, key=partial(_place, table))


def kind(entry: Entry, table: PhraseTable) -> str:
    """The kind of a phrase: "greeting", "opener" and so on, "part of" one, or `HEARD`."""
    text, kinds = entry.key.text, _kinds(table, entry.key.voice.target_language_code)
    if text in kinds:
        return kinds[text]
    return next((PART.format(called) for whole, called in kinds.items() if text in whole), HEARD)


def describe_voice(key: sarvam_pooled.PhraseKey) -> str:
    """What two voices of one speaker may differ in: model, format, values other than defaults."""
    voice = key.voice
    form = f"{voice.output_audio_codec} {voice.speech_sample_rate / 1000:g} kHz"
    usual = type(voice)()
    shown = {"target_language_code", "speaker", "model", "output_audio_codec", "speech_sample_rate"}
    changes = [
        f"{field.name} {getattr(voice, field.name)}"
        for field in fields(voice)
        if field.name not in shown and getattr(voice, field.name) != getattr(usual, field.name)
    ]
    return ", ".join((voice.model, form, *changes))


def _place(table: PhraseTable, entry: Entry) -> tuple[object, ...]:
    key = entry.key
    order = list(_kinds(table, key.voice.target_language_code))
    rank = (
        order.index(key.text) if key.text in order else len(order) + (kind(entry, table) == HEARD)
    )
    return (
        key.voice.target_language_code,
        key.voice.speaker,
        key.provider,
        describe_voice(key),
        rank,
        key.text,
        key.digest,
    )


def _kinds(table: PhraseTable, language: str) -> dict[str, str]:
    """Each stock phrase of a language, as it is spoken, in order -> its kind."""
    stock = table.by_language.get(language)
    if stock is None:
        return {}
    texts_by_kind = {
        "greeting": (stock.greeting,),
        "opener": stock.openers,
        "filler": stock.fillers,
        "apology": (stock.say_again_apology, stock.hold_on_apology),
        "goodbye": (stock.goodbye,),
        "notice": (stock.too_long_notice, stock.too_many_notice),
    }
    found: dict[str, str] = {}
    for called, texts in texts_by_kind.items():
        for text in filter(None, texts):
            found.setdefault(as_spoken(text), called)
    return found


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
