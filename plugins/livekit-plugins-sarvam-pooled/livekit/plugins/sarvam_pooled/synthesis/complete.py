"""Whether audio may be all of its text, for who would keep it. Pure.

A `final` is the server's word alone. Whoever cuts a rendering and says that it is complete is heard
once; what is kept would be heard for an hour, or from the disk for thirty days.
"""

from __future__ import annotations

from ..audio.trim import sounding
from ..length import shortest
from ..phrases.key import PhraseKey


def may_be_complete(pcm: bytes, key: PhraseKey) -> bool:
    """Whether there is sound in `pcm`, and as much as the text of `key` takes at least.

    Args:
        pcm: s16le mono samples at the rate of the key's voice.
    """
    seconds = sounding(pcm) / key.voice.speech_sample_rate
    return seconds >= shortest(key.text, pace=key.voice.pace)
