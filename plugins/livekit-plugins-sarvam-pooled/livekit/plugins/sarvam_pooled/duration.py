"""Bounds on the duration of a text's audio: a maximum, because a server may send audio without end,
and a minimum, because cut audio must not be stored. The module is pure.

The problem. Audio without end fills the memory, and the caller hears it for ever. A limit that is
too low cuts honest speech, which is worse: words are lost.

The rule: `MAX_FACTOR` times the usual duration at this pace, and at least `MAX_DURATION_FLOOR`.

The usual duration is counted by character. A letter or vowel sign takes 0.05 to 0.083 s in English
and ten languages of India (measured on espeak-ng's voices, see `PRIOR`). A digit is said as a word
and takes 0.48 to 0.55 s in English, Hindi, Tamil and Malayalam, 0.65 s in an amount (measured); a
sign ("%") may take as long, and a line end or a stop is a pause. A Segment of telephone numbers
takes 6 times as long as one of words. Capitals in a row may be spelled: 28 took 16.7 s at pace 0.5
(measured).

The minimum counts only letters, because a stop or a sign may take no time: espeak-ng's voices in
nine languages took at least 0.63 of `PRIOR` a letter at paces 0.5 to 2, and longer for short words
(measured). A few letters are free: an interjection is stored however it is said.

The learnt speech rate (`synthesis/speech_rate.py`) is not used: audio that is too long would raise
its own limit.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

PRIOR: Final = 1 / 14  # seconds per character at pace 1 (measured on several voices)
MAX_FACTOR: Final = 4.0
MAX_DURATION_FLOOR: Final = 10.0  # s: a few characters may be said in many ways
MIN_SHARE: Final = 0.45  # of the usual duration, to contain all words
MIN_DURATION_FLOOR: Final = 0.08  # s: "जी" takes 0.11 at pace 2
FREE_LETTERS: Final = 4  # letters that the minimum does not count
SECONDS_PER_SIGN: Final = 0.5  # s for a character that is neither a letter nor a blank

# Letters, and characters that belong to the letter before them: vowel signs, joiners.
_SPOKEN_TOGETHER: Final = ("L", "M", "Cf")
# Latin letters that may be said one by one. The scripts of India have no capitals.
_SPELLED: Final = re.compile("[A-ZÀ-ÖØ-Þ]{2,}")


def usual_duration(text: str, *, pace: float) -> float:
    """Seconds of audio that `text` usually gives.

    Args:
        pace: See `Voice.pace`.
    """
    letters, signs = 0, sum(map(len, _SPELLED.findall(text)))
    for char in _SPELLED.sub("", text):
        if char == " " or unicodedata.category(char).startswith(_SPOKEN_TOGETHER):
            letters += 1
        else:
            signs += 1
    return (letters * PRIOR + signs * SECONDS_PER_SIGN) / pace


def max_duration(text: str, *, pace: float) -> float:
    """Seconds of audio beyond which the rest cannot belong to this text.

    Args:
        pace: See `Voice.pace`.
    """
    return max(MAX_DURATION_FLOOR, MAX_FACTOR * usual_duration(text, pace=pace))


def min_duration(text: str, *, pace: float) -> float:
    """Seconds of sound below which part of this text is missing.

    Args:
        pace: See `Voice.pace`.
    """
    # Digits are letters here: as words they take longer.
    letters = sum(char == " " or unicodedata.category(char)[0] in "LMN" for char in text)
    return max(MIN_DURATION_FLOOR, MIN_SHARE * PRIOR * (letters - FREE_LETTERS) / pace)
