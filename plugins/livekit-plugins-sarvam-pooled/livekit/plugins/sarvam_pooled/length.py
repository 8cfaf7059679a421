"""How long the audio of a text takes: at most, so that no server can send without end; and at
least, so that nothing cut is kept. Pure.

The problem. A server that sends audio without end fills the memory and speaks for ever. A limit
that is too low cuts honest speech, which is worse: words are lost.

The rule: `MARGIN` times what the text usually takes at its pace, and at least `SHORTEST`.

What it usually takes is counted by character. A letter or vowel sign takes 0.05 to 0.083 s in
English and ten languages of India (measured on espeak-ng's voices, see `PRIOR`). A
digit is said as a word, and takes 0.48 to 0.55 s in English, Hindi, Tamil and Malayalam, 0.65 s in
an amount (measured); so may a sign ("%"), and a line end or a stop is a pause. A Segment of
telephone numbers takes 6 times as long as one of words: it needs this count, or it would be cut.
So do capitals in a row, which may be spelled: 28 took 16.7 s at pace 0.5 (measured).

The least is counted by letters alone, as a stop or a sign may take no time: espeak-ng's voices in
nine languages took 0.63 of `PRIOR` and more for each at paces 0.5 to 2, and short words more than
that (measured). A few letters are free, so that an interjection is kept however it is said.

What was learnt of the voice (`synthesis/speech_rate.py`) does not count here: audio that is too
long would raise its own limit.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

PRIOR: Final = 1 / 14  # seconds per character at pace 1 (measured on several voices)
PRIOR_SHARE: Final = 0.6  # of the expected length, to count as complete by the prior
MARGIN: Final = 4.0
SHORTEST: Final = 10.0  # s: of few characters nobody knows how they are said
LEAST_SHARE: Final = 0.45  # of the usual length, to have all of the words
BRIEFEST: Final = 0.08  # s: "जी" takes 0.11 at pace 2
FREE: Final = 4  # characters that need no time in the least
# Letters and digits from which a text must sound; "hm" or "..." may well give nothing.
WORDS: Final = 12
# Of the time that letters alone usually take: no voice says all of the words in less.
HARDLY: Final = 0.1
SIGN: Final = 0.5  # s for whatever is no letter and no blank

# A letter, and what belongs to the letter before it: a vowel sign, a joiner.
_SPOKEN_TOGETHER: Final = ("L", "M", "Cf")
# Latin letters that may be said one by one. The scripts of India have no capitals.
_SPELLED: Final = re.compile("[A-ZÀ-ÖØ-Þ]{2,}")


def usual_length(text: str, *, pace: float) -> float:
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
    return (letters * PRIOR + signs * SIGN) / pace


def longest(text: str, *, pace: float) -> float:
    """Seconds of audio behind which the rest cannot be this text's.

    Args:
        pace: See `Voice.pace`.
    """
    return max(SHORTEST, MARGIN * usual_length(text, pace=pace))


def shortest(text: str, *, pace: float) -> float:
    """Seconds of sound below which something of this text is missing.

    Args:
        pace: See `Voice.pace`.
    """
    # Digits are letters here: as words they take longer.
    letters = sum(char == " " or unicodedata.category(char)[0] in "LMN" for char in text)
    return max(BRIEFEST, LEAST_SHARE * PRIOR * (letters - FREE) / pace)


def says_nothing(text: str, seconds: float, *, pace: float) -> bool:
    """Whether `seconds` of audio cannot be `text`, which has words that sound.

    Args:
        pace: See `Voice.pace`.
    """
    letters = sum(unicodedata.category(char)[0] in "LMN" for char in text)
    return letters >= WORDS and seconds < HARDLY * PRIOR * letters / pace
