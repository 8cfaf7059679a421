"""Recognises English: pocketsphinx with a language model of the demo's domain.

Three things decide how well (all measured, with the voices of `sandbox.voice`):

- the language model: n-grams of `domain.txt` over a thin layer of common English words;
- the level: the acoustic model's prior for the cepstral mean fits one loudness, so each utterance
  is scaled to it by its first sound;
- a noise floor: the model was not trained on a synthetic voice between digital zeros, so a little
  noise is added to everything.

It decodes the sound as it comes, in about 8 % of its duration, and then takes about 30 ms for each
second of it. It holds the interpreter's lock meanwhile: run it in a process of its own
(`recogniser_process.py`).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping
from importlib.resources import files

import numpy as np
from pocketsphinx import Decoder, NGramModel, get_model_path  # type: ignore[import-untyped]

from .decoder import general_dictionary, make_decoder, read_pronunciations, write_dictionary
from .domain import read_domain
from .endpointer import FRAME_SECONDS, RATE
from .language_model import to_arpa
from .transcript import Word, punctuate

# Number of common words, and their share after an unknown history. With 3000 at 5 % a third fewer
# words outside the domain are wrong, and no more within it (measured).
_COMMON_WORDS = 3000
_COMMON_SHARE = 0.05
# Cepstral mean of the sound that the acoustic model was trained on (its `feat.params`).
_CEPSTRAL_MEAN = "41.00,-5.29,-0.12,5.09,2.48,-4.07,-1.37,-1.78,-5.08,-2.05,-6.45,-1.42,1.17"
# Root mean square, of 32768: of speech after scaling, and of the noise added to it.
_LEVEL = 600.0
_NOISE = 30.0
_MOST_GAIN = 60.0
# Seconds of an utterance, with those before its onset, from which its level is taken.
_HEAD = 0.8
# Frames of these count as sound down to this many dB below the loudest.
_SOUND_RANGE = 25.0
_FRAME_SAMPLES = round(RATE * FRAME_SECONDS)


class Recogniser:
    """The models, and a pool of decoders: each utterance needs one to itself."""

    def __init__(self) -> None:
        """Takes about a second."""
        here = files(__package__)
        domain = read_domain((here / "domain.txt").read_text("utf-8"))
        additions = read_pronunciations((here / "pronunciations.txt").read_text("utf-8"))
        dictionary = general_dictionary()
        background = _common_words(dictionary)
        words = domain.words | background.keys()
        self.spellings = domain.spellings
        self._model = to_arpa(domain, background=background, background_share=_COMMON_SHARE)
        self._dictionary = write_dictionary(words, dictionary, additions)
        self._idle: list[Decoder] = [self._make_decoder()]

    def listen(self) -> Listener:
        """A listener for a new utterance."""
        decoder = self._idle.pop() if self._idle else self._make_decoder()
        return Listener(decoder, self.spellings, self._idle)

    def _make_decoder(self) -> Decoder:
        return make_decoder(self._model, self._dictionary, samprate=RATE)


class Listener:
    """One utterance."""

    def __init__(self, decoder: Decoder, spellings: Mapping[str, str], idle: list[Decoder]) -> None:
        self._decoder = decoder
        self._spellings = spellings
        # Where the decoder is returned to.
        self._idle = idle
        self._head = b""
        # None until the head is complete.
        self._gain: float | None = None
        self._random = np.random.default_rng(0)
        # Forget the previous utterance, which may have been another caller's.
        decoder.start_stream()
        decoder.set_cmn(_CEPSTRAL_MEAN)
        decoder.start_utt()

    def feed(self, pcm: bytes) -> None:
        """Take the next sound, whole 16-bit samples at 16 kHz."""
        if self._gain is None:
            self._head += pcm
            if len(self._head) < 2 * RATE * _HEAD:
                return
            pcm = self._take_head()
        self._decode(pcm)

    def partial(self) -> tuple[Word, ...]:
        """The words so far; times from the utterance's first sample."""
        return self._words(is_whole=False)

    def finish(self) -> tuple[Word, ...]:
        """All words. The listener cannot be used afterwards."""
        if self._gain is None:
            self._decode(self._take_head())
        self._decoder.end_utt()
        words = self._words(is_whole=True)
        self._idle.append(self._decoder)
        return words

    def _take_head(self) -> bytes:
        head, self._head = self._head, b""
        self._gain = _gain(head)
        return head

    def _decode(self, pcm: bytes) -> None:
        samples = np.frombuffer(pcm, "<i2") * (self._gain or 1.0)
        samples += self._random.normal(0.0, _NOISE, samples.size)
        self._decoder.process_raw(np.clip(samples, -32768, 32767).astype("<i2").tobytes())

    def _words(self, *, is_whole: bool) -> tuple[Word, ...]:
        # Silence and noises are written <sil>, [NOISE], ++UH++.
        found = [part for part in self._decoder.seg() or () if part.word[0] not in "<[+"]
        # A further pronunciation is written `to(2)`.
        bare = [part.word.partition("(")[0] for part in found]
        text = punctuate(bare, self._spellings, is_whole=is_whole)
        return tuple(
            Word(
                written=written,
                start=part.start_frame * FRAME_SECONDS,
                end=(part.end_frame + 1) * FRAME_SECONDS,
                confidence=min(float(part.prob), 1.0),
            )
            for part, written in zip(found, text, strict=True)
        )


def _gain(pcm: bytes) -> float:
    """The factor that scales the sound in `pcm` to the level that the acoustic model fits."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    frames = samples[: samples.size // _FRAME_SAMPLES * _FRAME_SAMPLES].reshape(-1, _FRAME_SAMPLES)
    powers = np.square(frames).mean(axis=1)
    if not powers.size or not powers.max():
        return 1.0
    loud = powers[powers > powers.max() / 10 ** (_SOUND_RANGE / 10)]
    return min(_LEVEL / float(np.sqrt(loud.mean())), _MOST_GAIN)


def _common_words(known: Collection[str]) -> dict[str, float]:
    """The most frequent words of pocketsphinx's general model, with their probabilities."""
    decoder = Decoder(lm=None, dict=None, loglevel="FATAL")
    model = NGramModel(decoder.config, decoder.get_logmath(), get_model_path("en-us/en-us.lm.bin"))
    # Single letters are spellings, except these two.
    words = {word: model.prob([word]) for word in known if len(word) > 1 or word in ("a", "i")}
    common = heapq.nlargest(_COMMON_WORDS, words, key=words.__getitem__)
    return {word: decoder.get_logmath().exp(words[word]) for word in common}
