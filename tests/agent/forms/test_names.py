"""Names, said and spelled."""

from __future__ import annotations

import pytest

from agent.forms.names import MAX_LENGTH, NameEntry, read_name, spell
from agent.turns.expected import Progress


@pytest.mark.parametrize(
    ("text", "name", "is_certain"),
    [
        ("Ravi Kumar", "Ravi Kumar", False),
        ("I am Ravi.", "Ravi", False),
        ("My name is ravi kumar", "Ravi Kumar", True),
        ("mera naam Priya Sharma hai", "Priya Sharma", True),
        ("main Sunita bol rahi hoon", "Sunita", False),
        ("RAVI KUMAR", "Ravi Kumar", False),
        ("M.S. Dhoni", "M S Dhoni", False),
        ("A P J Abdul Kalam", "A P J Abdul Kalam", False),
        ("Ramesh K S", "Ramesh K S", False),
        ("O'Brien", "O'Brien", False),
        ("Mary-Jane McDonald", "Mary-Jane McDonald", False),
        ("R A V I", "Ravi", True),
        ("Ravi. R A V I", "Ravi", True),
        ("S double e t a", "Seeta", True),
        ("A N I T A space R A O", "Anita Rao", True),
        ("R for Rajdhani A for Agra V for Varanasi I for India", "Ravi", True),
        ("R as in Rajdhani, A as in Agra", "Ra", True),
        ("are for Rajdhani, A for Agra, B for Varanasi, I for India", "Ravi", True),
        ("आर ए वी आई", "Ravi", True),
        ("आर फॉर राजधानी ए फॉर आगरा वी फॉर वाराणसी आई फॉर इंडिया", "Ravi", True),
    ],
)
def test_a_name_is_in_latin_script(text: str, name: str, is_certain: bool) -> None:
    """In a spelling the word counts more than the letter, which an STT confuses with others."""
    read = read_name(text)
    assert (read.value, read.is_certain, read.problem) == (name, is_certain, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("मेरा नाम रवि कुमार है", "not_latin"),
        ("என் பெயர் ரவி", "not_latin"),
        ("9876543210", "digits"),
        ("a" * (MAX_LENGTH + 1), "too_long"),
        ("R " * (MAX_LENGTH + 1), "too_long"),
        ("one two three four five six seven", "too_long"),
    ],
)
def test_what_cannot_be_a_name_in_the_records_has_a_reason(text: str, problem: str) -> None:
    """A name in another script is for the model to write in Latin letters."""
    read = read_name(text)
    assert (read.value, read.problem) == (None, problem)


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("my name is", Progress.PARTIAL),
        ("R for", Progress.PARTIAL),
        ("R", Progress.PARTIAL),
        ("R for Rajdhani A for", Progress.PARTIAL),
        ("R for Rajdhani A for Agra", Progress.POSSIBLE),
        ("I am", Progress.UNRELATED),
        ("हाँ जी", Progress.UNRELATED),
        ("", Progress.UNRELATED),
    ],
)
def test_a_turn_knows_whether_more_must_come(text: str, progress: Progress) -> None:
    """After "R for" a word must."""
    assert read_name(text).progress is progress


def test_a_spelling_grows_letter_by_letter() -> None:
    """Each prefix of it is the name so far, and words behind it that belong to none change
    nothing."""
    words = "R for Rajdhani A for Agra V for Varanasi I for India".split()
    names = [read_name(" ".join(words[:end])).value for end in range(6, 13, 3)]
    assert names == ["Ra", "Rav", "Ravi"]
    assert read_name(" ".join([*words, "ok"])).value == "Ravi"


def test_the_last_name_counts() -> None:
    """A spelling replaces what was misheard; words without a name change nothing."""
    entry = (
        NameEntry()
        .feed("my name is Rabbi")
        .feed("R for Rajdhani A for Agra V for Varanasi I for India")
    )
    assert entry.judged.value == "Ravi"
    assert entry.feed("ok").judged.value == "Ravi"
    assert entry.feed("मेरा नाम रवि है").judged.problem == "not_latin"


def test_only_a_certain_name_needs_no_model() -> None:
    """ "one moment please" could be two words of a name."""
    entry = NameEntry()
    assert entry.is_all_of("my name is Ravi")
    assert not entry.is_all_of("Ravi")
    assert not entry.is_all_of("one moment please")
    assert not entry.is_all_of("my name is Ravi and I want an appointment")
    assert not entry.is_all_of("my name is not important")
    assert not entry.is_all_of("my name, why?")
    assert not entry.is_all_of("an appointment for Ravi and a time for Sunita")


def test_a_name_is_spelled_letter_by_letter() -> None:
    """For a TTS."""
    assert spell("Ravi Rao") == "R, A, V, I; R, A, O"
