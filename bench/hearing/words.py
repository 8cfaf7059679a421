"""Which words a caller hears, from the sound alone, and whether they are the reply's. Pure.

The stand-in speaks in tones that tell each word (`sandbox.voice.tone.word_tones`). Nothing here
knows what was asked of the provider, or when, or how the text was cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

from sandbox.voice.tone import (
    AMPLITUDE,
    BANDS_HZ,
    STEP_HZ,
    STEPS,
    signature_of,
    spoken_words,
    word_seconds,
)

from .playback import Samples

TOLERANCE = 0.08
"""Seconds by which a word may sound shorter or longer than it is: half the shortest word."""
_WINDOW = 0.06  # seconds in which the tones are told apart
_HOP = 0.02  # seconds from one look to the next
_LEAST_LOOKS = 2  # fewer are chance: two words in one window may look like a third
_LEAST_LEVEL = 0.3  # of the voice's level; below it the window holds hardly any of a word


@dataclass(frozen=True, slots=True)
class Word:
    """A word and how long it sounds, in seconds."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class WordDiff:
    """How what was heard differs from what was to be said."""

    lost: tuple[str, ...] = ()
    """Words that were not heard in their place."""
    extra: tuple[str, ...] = ()
    """Words that were heard twice, out of place, or are of another reply."""
    clipped: tuple[str, ...] = ()
    """Words that were heard in part, or in part twice."""

    @property
    def is_exact(self) -> bool:
        """Each word once, whole and in order."""
        return not (self.lost or self.extra or self.clipped)


def words_of(text: str) -> list[Word]:
    """What must be heard of a reply."""
    return merged(Word(word, word_seconds(word)) for word in spoken_words(text))


def merged(words: Iterable[Word]) -> list[Word]:
    """The same word several times in a row as one long one: the ear cannot tell where one ends."""
    together: list[Word] = []
    for word in words:
        if together and signature_of(together[-1].text) == signature_of(word.text):
            word = Word(word.text, together.pop().seconds + word.seconds)
        together.append(word)
    return together


def compare(wanted: Sequence[Word], heard: Sequence[Word]) -> WordDiff:
    """How `heard` differs from `wanted`, both as `merged` gives them."""
    lost: list[str] = []
    extra: list[str] = []
    clipped: list[str] = []
    # By their sound: of a thousand words, some two have the same tones.
    matcher = SequenceMatcher(
        None,
        [signature_of(word.text) for word in wanted],
        [signature_of(word.text) for word in heard],
        autojunk=False,
    )
    for kind, first, last, heard_first, heard_last in matcher.get_opcodes():
        if kind == "equal":
            pairs = zip(wanted[first:last], heard[heard_first:heard_last], strict=True)
            clipped += [
                ours.text for ours, it in pairs if abs(ours.seconds - it.seconds) > TOLERANCE
            ]
        else:
            lost += [word.text for word in wanted[first:last]]
            extra += [word.text for word in heard[heard_first:heard_last]]
    return WordDiff(tuple(lost), tuple(extra), tuple(clipped))


class WordRecogniser:
    """Recognises the words of a vocabulary at one sample rate.

    Args:
        words: Everything that may be heard; other words are not noticed.
        sample_rate: Hz.
    """

    def __init__(self, words: Iterable[str], sample_rate: int) -> None:
        self._words = sorted(set(words))
        self._signatures = np.array([signature_of(word) for word in self._words])
        self._size = round(_WINDOW * sample_rate)
        self._hop = round(_HOP * sample_rate)
        self._sample_rate = sample_rate
        steps = np.arange(STEPS) * STEP_HZ
        hertz = np.concatenate([band + steps for band in BANDS_HZ])
        turns = np.outer(np.arange(self._size) / sample_rate, hertz)
        window = np.hanning(self._size)[:, None]
        self._probe = (window * np.exp(-2j * np.pi * turns)).astype(np.complex64)
        self._least = _LEAST_LEVEL * AMPLITUDE / 2 * float(window.sum())

    def recognise(self, samples: Samples) -> list[Word]:
        """The words in `samples`, in order, with what was heard of each."""
        # Silence on both sides, so that the first and the last word are looked at in full.
        padded = np.pad(samples.astype(np.float32), self._size // 2)
        if padded.size < self._size:
            return []
        looks = np.lib.stride_tricks.sliding_window_view(padded, self._size)[:: self._hop]
        runs: list[tuple[int, int]] = []
        for index in self._recognise(looks):
            # A look that holds no word, or parts of two, ends nothing.
            if index >= 0 and runs and runs[-1][0] == index:
                runs[-1] = (index, runs[-1][1] + 1)
            elif index >= 0:
                runs.append((int(index), 1))
        seconds = self._hop / self._sample_rate
        return merged(
            Word(self._words[index], count * seconds)
            for index, count in runs
            if count >= _LEAST_LOOKS
        )

    def _recognise(self, looks: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """For each look the index of its word, or -1."""
        levels = np.abs(looks @ self._probe).reshape(len(looks), len(BANDS_HZ), STEPS)
        steps = levels.argmax(axis=2)
        # A codec may move a tone by a step.
        distance = np.abs(steps[:, None, :] - self._signatures[None, :, :]).max(axis=2)
        nearest: npt.NDArray[np.int64] = distance.argmin(axis=1)
        is_word = (distance.min(axis=1) <= 1) & (levels.max(axis=2).min(axis=1) > self._least)
        nearest[~is_word] = -1
        return nearest
