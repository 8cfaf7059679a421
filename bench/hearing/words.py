"""Which words a caller hears, from the sound alone, and whether they are the reply's. Pure.

The stand-in speaks each word as tones of its own (`sandbox.voice.tone.word_tones`). Nothing here
knows what the provider was sent, when, or how the text was segmented.
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
_WINDOW = 0.06  # seconds over which tones are distinguished
_HOP = 0.02  # seconds from one window to the next
_LEAST_WINDOWS = 2  # fewer are chance: two words in one window may resemble a third
_LEAST_LEVEL = 0.3  # of the speech level; below it the window holds hardly any of a word


@dataclass(frozen=True, slots=True)
class Word:
    """A word and how long it sounds, in seconds."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class WordDiff:
    """How the words that were heard differ from those of the reply."""

    lost: tuple[str, ...] = ()
    """Words that were not heard in their place."""
    extra: tuple[str, ...] = ()
    """Words that were heard twice, out of place, or belong to another reply."""
    clipped: tuple[str, ...] = ()
    """Words that were heard in part, or in part twice."""

    @property
    def is_exact(self) -> bool:
        """Whether each word was heard once, complete and in order."""
        return not (self.lost or self.extra or self.clipped)


def words_of(text: str) -> list[Word]:
    """The words that must be heard of a reply."""
    return merged(Word(word, word_seconds(word)) for word in spoken_words(text))


def merged(words: Iterable[Word]) -> list[Word]:
    """A word repeated in a row as one long word: its tones do not show where one ends."""
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
    # By their tones: of a thousand words, two or so have the same.
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
        words: All words that may be heard; others are not noticed.
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
        # Silence on both sides, so that windows cover the first and the last word in full.
        padded = np.pad(samples.astype(np.float32), self._size // 2)
        if padded.size < self._size:
            return []
        windows = np.lib.stride_tricks.sliding_window_view(padded, self._size)[:: self._hop]
        runs: list[tuple[int, int]] = []
        for index in self._recognise(windows):
            # A window that holds no word, or parts of two, ends no word.
            if index >= 0 and runs and runs[-1][0] == index:
                runs[-1] = (index, runs[-1][1] + 1)
            elif index >= 0:
                runs.append((int(index), 1))
        seconds = self._hop / self._sample_rate
        return merged(
            Word(self._words[index], count * seconds)
            for index, count in runs
            if count >= _LEAST_WINDOWS
        )

    def _recognise(self, windows: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """The index of each window's word, or -1."""
        levels = np.abs(windows @ self._probe).reshape(len(windows), len(BANDS_HZ), STEPS)
        steps = levels.argmax(axis=2)
        # A codec may move a tone by a step.
        distance = np.abs(steps[:, None, :] - self._signatures[None, :, :]).max(axis=2)
        nearest: npt.NDArray[np.int64] = distance.argmin(axis=1)
        is_word = (distance.min(axis=1) <= 1) & (levels.max(axis=2).min(axis=1) > self._least)
        nearest[~is_word] = -1
        return nearest
