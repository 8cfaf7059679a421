"""Whether audio may be complete, before it is stored as a phrase. Pure.

A `final` is only the server's claim. A cut recording is heard once when it is played, but for an
hour when it is cached, and for thirty days from the disk.
"""

from __future__ import annotations

from ..audio.trim import sounding
from ..duration import min_duration
from ..phrases.key import PhraseKey
from ..phrases.phrase import Phrase
from .marks import AttemptRecord


def may_be_complete(pcm: bytes, key: PhraseKey) -> bool:
    """Whether `pcm` has sound, and at least as much as the text of `key` takes.

    Args:
        pcm: s16le mono samples at the rate of the key's voice.
    """
    seconds = sounding(pcm) / key.voice.speech_sample_rate
    return seconds >= min_duration(key.text, pace=key.voice.pace)


def as_phrase(pcm: bytes, key: PhraseKey, record: AttemptRecord, *, created: float) -> Phrase:
    """The complete audio of an Attempt as a phrase.

    Args:
        created: Unix time in seconds.
    """
    return Phrase(
        key=key,
        pcm=pcm,
        sample_rate=key.voice.speech_sample_rate,
        created=created,
        first_audio=(record.first_byte or record.started) - record.started,
    )
