"""Whether audio is complete. Each bound fits the cost of a wrong answer. Pure.

- `may_be_stored`: a `final` is only the server's claim. A cut recording is heard once when it is
  played, but for an hour when it is cached, and for thirty days from the disk.
- `is_empty`: a `final` came. Even the fastest voice needs some time for words.
- `looks_complete`: no `final` came. Either the audio is complete, or the server has stalled.
- `is_plausible`: the same for the last Attempt, which is better accepted than lost.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from ..audio.trim import sounding
from ..duration import PRIOR, min_duration
from ..phrases.key import PhraseKey
from .speech_rate import SpeechRate

MIN_LETTERS: Final = 12  # letters and digits that must be audible; "hm" or "..." may give nothing
EMPTY_SHARE: Final = 0.1  # of the usual duration of the letters: no voice says the words in less
PRIOR_SHARE: Final = 0.6  # of the expected duration, to look complete before the rate is learnt
LEARNT_SHARE: Final = 0.85  # of the expected duration, once the rate is learnt
PLAUSIBLE_SHARE: Final = 0.3  # of the expected duration; no voice is faster


def may_be_stored(pcm: bytes, key: PhraseKey) -> bool:
    """Whether `pcm` (s16le mono at its voice's rate) has the sound that the text of `key` takes."""
    seconds = sounding(pcm) / key.voice.speech_sample_rate
    return seconds >= min_duration(key.text, pace=key.voice.pace)


def is_empty(text: str, seconds: float, *, pace: float) -> bool:
    """Whether `seconds` of audio at this pace are too short for the words of `text`."""
    letters = sum(unicodedata.category(char)[0] in "LMN" for char in text)
    return letters >= MIN_LETTERS and seconds < EMPTY_SHARE * PRIOR * letters / pace


def looks_complete(rate: SpeechRate, *, characters: int, seconds: float) -> bool:
    """Whether `seconds` of audio are probably complete."""
    share = LEARNT_SHARE if rate.is_learnt else PRIOR_SHARE
    return seconds >= share * rate.expected(characters)


def is_plausible(rate: SpeechRate, *, characters: int, seconds: float) -> bool:
    """Whether `seconds` of audio can be complete if the voice was far faster than usual."""
    return seconds >= PLAUSIBLE_SHARE * rate.expected(characters)
