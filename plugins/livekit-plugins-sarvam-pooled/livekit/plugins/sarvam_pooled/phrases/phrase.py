"""A phrase that exists as audio. The module is pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .key import PhraseKey


class Defect(StrEnum):
    """The reason why a file is not the phrase that it should be."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    ALTERED = "altered"
    """Its checksum does not match."""
    FOREIGN = "foreign"
    """Not a phrase, or the phrase of another key."""
    UNSIGNED = "not signed with this key"
    """Altered, or written without the key or with another one."""
    OTHER_VERSION = "of another version"


class WrongPhrase(Exception):
    """A file is not the phrase that it should be. Its message never holds the text."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(f"the file of a phrase is {defect}")
        self.defect = defect


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Phrase:
    """One complete recording.

    Attributes:
        key: The key under which it is stored.
        pcm: s16le mono samples, at least one.
        sample_rate: Hz of `pcm`.
        created: Unix time in seconds at which it was synthesised.
        first_audio: Seconds from the request to its first audio when it was synthesised, which a
            hit saves; 0 if unknown.

    Raises:
        ValueError: There are no samples, or half a sample, or their rate is not the voice's.
    """

    key: PhraseKey
    pcm: bytes
    sample_rate: int
    created: float
    first_audio: float = 0.0

    def __post_init__(self) -> None:
        if not self.pcm or len(self.pcm) % 2:
            raise ValueError(f"a phrase has whole samples of 2 bytes, not {len(self.pcm)} bytes")
        if self.sample_rate != self.key.voice.speech_sample_rate:
            # It would be played at the voice's rate: too fast, or too slow.
            raise ValueError(f"sample_rate must be the voice's, not {self.sample_rate}")

    @property
    def text(self) -> str:
        """The text that is said."""
        return self.key.text

    @property
    def seconds(self) -> float:
        """Duration of the audio."""
        return len(self.pcm) / 2 / self.sample_rate

    def __repr__(self) -> str:
        return f"<Phrase {self.key!r} {self.seconds:.2f} s>"
