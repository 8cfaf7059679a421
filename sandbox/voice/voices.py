"""The espeak-ng voice of a language and a speaker's name. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

# BCP-47 primary subtag, in the providers' spelling -> voice of espeak-ng. Sarvam writes Odia as
# `od`, the standard as `or`.
LANGUAGES = {
    "as": "as",
    "bn": "bn",
    "en": "en-us",
    "gu": "gu",
    "hi": "hi",
    "kn": "kn",
    "kok": "kok",
    "ml": "ml",
    "mr": "mr",
    "ne": "ne",
    "od": "or",
    "or": "or",
    "pa": "pa",
    "sd": "sd",
    "ta": "ta",
    "te": "te",
    "ur": "ur",
}
# The accents of English; any other region gets the American one.
_ACCENTS = {"en-gb": "en", "en-us": "en-us"}
# Variant and pitch of the default English voice: of ten variants, pocketsphinx's American model
# recognises this one best, 66 % of the words against 25 % without a variant (measured).
_CLEAREST_ENGLISH = ("f2", 60)

# Variants that stay clear in every language (the bundle also holds robots and whispers).
_FEMALE = ("f1", "f2", "f3", "f4", "Andrea", "Annie", "belinda", "linda")
_MALE = ("m1", "m2", "m3", "m4", "m7", "Alex", "Andy", "Gene")
# Women among the speakers of Sarvam's bulbul models; v4's `name_language_style` begins with one.
# fmt: off
_WOMEN = frozenset((
    "aarti", "aditi", "amelia", "anushka", "aparna", "arya", "chaitra", "chandrika", "chhavi",
    "ishita", "kangkana", "kavitha", "kavya", "manisha", "mouchumi", "mrunal", "neha", "nupur",
    "payal", "pooja", "priya", "ritu", "roopa", "rupali", "sanchita", "sarika", "shabana",
    "shalini", "shilpa", "shreya", "shruti", "simran", "sophia", "suchitra", "suhani", "suman",
    "tanya", "vandana", "vidya", "zarina",
))
# fmt: on

# espeak-ng's words per minute at pace 1: about 14 characters per second (measured on English).
NATURAL_RATE = 160
SLOWEST_RATE = 80
FASTEST_RATE = 450
# Steps of espeak-ng's pitch scale (0 to 100, natural 50) by which speakers of a variant differ.
_PITCH_SPREAD = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """The synthesizer's settings for one text."""

    name: str
    """espeak-ng's name of the voice, with its variant: `hi+f2`."""
    rate: int
    """Words per minute."""
    pitch: int
    """0 to 100; 50 is the variant's own."""


def choose_voice(*, language: str, speaker: str, pace: float) -> VoiceSettings:
    """The voice of a BCP-47 `language` and a `speaker`; the same name always sounds the same.

    An empty speaker means the language's default voice; one that begins with `+` names a variant
    of espeak-ng (`+f3`). `pace` multiplies the natural rate and is clamped to 0.5 to 2.8.
    Raises ValueError for a language without a voice.
    """
    name = _language_voice(language)
    rate = min(max(round(NATURAL_RATE * pace), SLOWEST_RATE), FASTEST_RATE)
    if not speaker:
        if name.startswith("en"):
            variant, pitch = _CLEAREST_ENGLISH
            return VoiceSettings(name=f"{name}+{variant}", rate=rate, pitch=pitch)
        return VoiceSettings(name=name, rate=rate, pitch=50)
    if speaker.startswith("+"):
        return VoiceSettings(name=name + speaker, rate=rate, pitch=50)
    # Not `hash()`, which differs between processes.
    digest = hashlib.sha256(speaker.lower().encode()).digest()
    variants = _variants(speaker, digest[0])
    variant = variants[digest[1] % len(variants)]
    pitch = 50 - _PITCH_SPREAD + digest[2] % (2 * _PITCH_SPREAD + 1)
    return VoiceSettings(name=f"{name}+{variant}", rate=rate, pitch=pitch)


def _language_voice(language: str) -> str:
    tag = language.strip().lower().replace("_", "-")
    voice = _ACCENTS.get(tag) or LANGUAGES.get(tag.partition("-")[0])
    if voice is None:
        raise ValueError(f"no voice speaks {language!r}; use one of {', '.join(sorted(LANGUAGES))}")
    return voice


def _variants(speaker: str, draw: int) -> tuple[str, ...]:
    first_name = speaker.lower().partition("_")[0]
    if first_name in _WOMEN:
        return _FEMALE
    # The sex of a UUID (Cartesia's names) is drawn.
    known_elsewhere = first_name.isalpha()
    return _MALE if known_elsewhere or draw % 2 else _FEMALE
