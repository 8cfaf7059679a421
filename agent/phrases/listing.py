"""What is in a store, chosen and ordered for people. Pure but for `shelf`, which reads files."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields

from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.listing import Entry, entries
from livekit.plugins.sarvam_pooled.spoken import as_spoken

from prewarm.phrases import Phrases, all_phrases

HEARD = "heard in calls"
"""What a phrase is that is not in `phrases.toml`: replies left it in the store."""
PART = "part of {}"
"""What a Segment of a stock phrase is."""

# A field of `Phrases` -> what one of its phrases is.
_KINDS = {
    "greeting": "greeting",
    "openers": "opener",
    "fillers": "filler",
    "apologies": "apology",
    "goodbyes": "goodbye",
    "notices": "notice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which phrases are meant: those that fit everything that is named.

    Attributes:
        languages: Sarvam's codes; none for all.
        voices: Speakers; none for all.
        text: A part of the text, in any case; empty for all.
    """

    languages: frozenset[str] = frozenset()
    voices: frozenset[str] = frozenset()
    text: str = ""

    def fits(self, entry: Entry) -> bool:
        """Whether `entry` is meant."""
        voice = entry.key.voice
        return (
            (not self.languages or voice.target_language_code in self.languages)
            and (not self.voices or voice.speaker in self.voices)
            and _plain(self.text) in _plain(entry.key.text)
        )


def shelf(store: sarvam_pooled.PhraseStore, choice: Choice | None = None) -> list[Entry]:
    """The phrases of a store in the order in which a person looks for them: by language and voice,
    stock phrases as in `phrases.toml`, then the others by their text. Wrong files are left out."""
    choice = choice or Choice()
    return sorted((entry for entry in entries(store) if choice.fits(entry)), key=_place)


def kind(entry: Entry) -> str:
    """What it is: "greeting", "opener" and so on, "part of" one, or `HEARD`."""
    text, kinds = entry.key.text, _kinds(entry.key.voice.target_language_code)
    if text in kinds:
        return kinds[text]
    return next((PART.format(called) for whole, called in kinds.items() if text in whole), HEARD)


def describe_voice(key: sarvam_pooled.PhraseKey) -> str:
    """All that tells two voices of one speaker apart: model, form, and what is not a default."""
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


def _place(entry: Entry) -> tuple[object, ...]:
    key = entry.key
    order = list(_kinds(key.voice.target_language_code))
    rank = order.index(key.text) if key.text in order else len(order) + (kind(entry) == HEARD)
    return (
        key.voice.target_language_code,
        key.voice.speaker,
        key.provider,
        describe_voice(key),
        rank,
        key.text,
        key.digest,
    )


def _kinds(language: str) -> dict[str, str]:
    """Each stock phrase of a language, as it is spoken, in order, and what it is."""
    stock = all_phrases().get(language)
    found: dict[str, str] = {}
    for name, called in _KINDS.items() if stock else ():
        for text in _texts(stock, name):
            found.setdefault(as_spoken(text), called)
    return found


def _texts(stock: Phrases | None, name: str) -> Iterable[str]:
    texts: str | tuple[str, ...] = getattr(stock, name)
    return (texts,) if isinstance(texts, str) else texts


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
