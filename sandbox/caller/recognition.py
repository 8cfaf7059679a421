"""Recognises the agent's English in the recording, independently of its transcript: pocketsphinx.

The recogniser knows only the sentences that may have been said, with equal probability, so its
result shows which of them was said, and how much of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
from pocketsphinx import Decoder  # type: ignore[import-untyped]

from sandbox.deepgram.decoder import general_dictionary, make_decoder, write_dictionary
from sandbox.deepgram.domain import read_domain
from sandbox.deepgram.language_model import to_arpa
from sandbox.voice.pcm import Samples, resample

from .timing import Span
from .words import spelt, words

RATE = 16_000
"""Hz, of the acoustic model."""


async def recognise(
    track: Samples, rate: int, parts: Sequence[Sequence[Span]], texts: Sequence[str]
) -> list[str]:
    """The words in each part of a track (its spans in sequence), out of `texts`.

    Takes about a tenth of the sound's duration, on its own thread.
    """
    sentences = [
        " ".join(spelt(words(sentence))) for text in texts for sentence in _sentences(text)
    ]
    if not any(sentences):
        return ["" for _ in parts]
    return await asyncio.to_thread(_recognise, track, rate, parts, sentences)


def _sentences(text: str) -> list[str]:
    for mark in "!?":
        text = text.replace(mark, ".")
    return text.split(".")


def _recognise(
    track: Samples, rate: int, parts: Sequence[Sequence[Span]], sentences: Sequence[str]
) -> list[str]:
    decoder = _decoder(sentences)
    return [_decode(decoder, _cut(track, rate, spans)) for spans in parts]


def _decoder(sentences: Sequence[str]) -> Decoder:
    # Words that the dictionary lacks, names mostly, are not recognised.
    words_said = {word for sentence in sentences for word in sentence.split()}
    return make_decoder(
        to_arpa(read_domain("\n".join(filter(None, sentences)))),
        write_dictionary(words_said, general_dictionary(), {}),
        # Noise removal would remove soft word endings too, and there is no noise here.
        remove_noise=False,
    )


def _cut(track: Samples, rate: int, spans: Sequence[Span]) -> Samples:
    """From the first span to the last at 16 kHz, with some silence at both ends."""
    if not spans:
        return np.zeros(0, np.int16)
    margin = 0.15
    start = max(0, round((spans[0].start - margin) * rate))
    samples = track[start : round((spans[-1].end + margin) * rate)]
    return resample(samples, rate, RATE)


def _decode(decoder: Decoder, samples: Samples) -> str:
    if not samples.size:
        return ""
    decoder.start_utt()
    decoder.process_raw(samples.tobytes(), full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return found.hypstr if found else ""
