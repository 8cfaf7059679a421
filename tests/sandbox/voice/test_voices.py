"""Which voice speaks for a language and a speaker."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.voice.voices import FASTEST_RATE, SLOWEST_RATE, choose_voice


def choose(language: str = "hi-IN", speaker: Any = "", pace: Any = 1.0) -> Any:
    return choose_voice(language=language, speaker=speaker, pace=pace)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("hi-IN", "hi"),
        ("ta-IN", "ta"),
        ("te-IN", "te"),
        ("kn-IN", "kn"),
        ("ml-IN", "ml"),
        ("bn-IN", "bn"),
        ("gu-IN", "gu"),
        ("mr-IN", "mr"),
        ("pa-IN", "pa"),
        ("od-IN", "or"),
        ("or-IN", "or"),
        ("ur-IN", "ur"),
        ("hi", "hi"),
        ("HI_in", "hi"),
    ],
)
def test_a_tag_in_any_spelling_finds_its_voice(language: str, name: str) -> None:
    """A tag in any provider's spelling finds the voice of its language."""
    assert choose(language).name == name


def test_english_has_accents_by_region() -> None:
    """British or American; without a speaker it has one default voice."""
    assert choose("en-GB", "+f3").name == "en+f3"
    assert choose("en-US", "+f3").name == "en-us+f3"
    assert choose("en-IN") == choose("en-US")


def test_a_language_without_a_voice_is_refused() -> None:
    """A language without a voice is refused with the list of those that have one."""
    with pytest.raises(ValueError, match=r"no voice speaks 'xx-IN'; use one of as, bn, en"):
        choose("xx-IN")


def test_speaker_always_sounds_the_same() -> None:
    """A speaker's voice follows from the name alone, in any case."""
    assert choose(speaker="shubh") == choose(speaker="SHUBH")


def test_speakers_do_not_all_sound_alike() -> None:
    """Sarvam's speakers get many variants and pitches."""
    names = ("shubh", "rahul", "amit", "dev", "kabir", "ritu", "priya", "neha", "pooja", "kavya")
    assert len({choose(speaker=name) for name in names}) > 7


@pytest.mark.parametrize("speaker", ["ritu", "ritu_hi_customer", "simran_en_sales"])
def test_women_get_female_variants(speaker: str) -> None:
    """A speaker known as a woman, also by her v4 name, speaks with a female variant."""
    assert choose(speaker=speaker).name.partition("+")[2] in {
        "f1", "f2", "f3", "f4", "Andrea", "Annie", "belinda", "linda"
    }  # fmt: skip


def test_identifiers_are_of_both_kinds() -> None:
    """Names that are no names, such as UUIDs, get voices of both kinds."""
    variants = {choose(speaker=f"{n}f2c-9a").name.partition("+")[2] for n in range(40)}
    assert variants & {"f1", "f2", "f3", "f4"}
    assert variants & {"m1", "m2", "m3", "m4", "m7"}


def test_pace_multiplies_the_rate_within_limits() -> None:
    """Pace multiplies the rate of speech, and is held within what the synthesizer can do."""
    assert choose(pace=2.0).rate == 2 * choose(pace=1.0).rate
    assert choose(pace=0.1).rate == SLOWEST_RATE
    assert choose(pace=9.0).rate == FASTEST_RATE
