"""Whether a name that somebody says is the one on a parcel. Pure.

Indian names have several spellings in Latin letters (Lakshmi, Laxmi; Mohammed, Muhammad), and an
STT adds its own. Two spellings are one name if they sound alike.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Final

_TITLES: Final = frozenset(
    "mr mrs ms miss dr prof shri sri smt shrimati kumari thiru thirumathi selvi ji sir madam "
    "saheb sahib".split()
)
_SOUNDS: Final = (
    ("aa", "a"), ("ee", "i"), ("ii", "i"), ("oo", "u"), ("uu", "u"), ("ou", "u"), ("y", "i"),
    ("ksh", "ks"), ("x", "ks"), ("ph", "f"), ("bh", "b"), ("dh", "d"), ("th", "t"), ("gh", "g"),
    ("kh", "k"), ("jh", "j"), ("sh", "s"), ("chh", "c"), ("ch", "c"), ("zh", "l"), ("w", "v"),
    ("q", "k"), ("ck", "k"), ("z", "j"),
)  # fmt: skip
"""Spellings -> one of them, in this order."""
_VOWELS: Final = re.compile("[aeiou]")
_ALIKE: Final = 0.85
"""Share of equal letters from which two words are one name, if they begin alike."""
_SKELETON: Final = 3
"""Consonants that identify a name whatever its vowels are."""


def is_same_person(said: str, on_parcel: str) -> bool:
    """Whether somebody who says this name is the customer.

    The given name must be among what is said; a family name alone is the whole family's. No word
    may be another one than those on the parcel. Initials stand for any word that they begin.
    """
    spoken, written = _words(said), _words(on_parcel)
    names = [word for word in spoken if len(word) > 1]
    given = next((word for word in written if len(word) > 1), None)
    if given is None or not any(_is_alike(word, given) for word in names):
        return False
    return all(any(_is_alike(word, other) for other in written) for word in spoken)


def _is_alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]
    if one[0] != other[0]:
        return False
    skeleton = _VOWELS.sub("", one)
    # Deepak and Deepika differ in their last letter.
    ends_alike = bool(_VOWELS.match(one[-1])) == bool(_VOWELS.match(other[-1]))
    if ends_alike and len(skeleton) >= _SKELETON and skeleton == _VOWELS.sub("", other):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _words(name: str) -> list[str]:
    """The words of a name by their sound, without titles."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    found = re.findall(r"[a-z]+", bare.casefold().replace("'", ""))
    return [_sound(word) for word in found if word not in _TITLES]


def _sound(word: str) -> str:
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    word = re.sub(r"(.)\1+", r"\1", word)
    return word.removesuffix("h") if len(word) > 2 else word
