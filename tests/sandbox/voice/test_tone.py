"""Tones that identify their text."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from sandbox.voice import make_encoder, signature, signature_of, speak, tone, word_tones
from sandbox.voice.tone import spoken_words, word_seconds


@pytest.mark.parametrize("rate", [8000, 16000, 24000])
@pytest.mark.parametrize("text", ["A", "जी।", "Hello there.", "x" * 200])
def test_a_signature_is_found_at_every_rate_and_length(text: str, rate: int) -> None:
    """The text's signature is found in its tone at every rate and length."""
    assert signature(tone(text, sample_rate=rate), sample_rate=rate) == signature_of(text)


def test_a_fifth_of_a_second_is_enough() -> None:
    """A fifth of a second from the middle is enough."""
    pcm = tone("One two three four five.", sample_rate=24000)
    assert signature(pcm[20000:29600], sample_rate=24000) == signature_of(
        "One two three four five."
    )


def test_a_signature_survives_mp3() -> None:
    """The signature is still found after MP3 at the lowest bit rate."""
    encoder = make_encoder("mp3", sample_rate=24000, bitrate=32_000)
    data = encoder.encode(tone("Hello there.")) + encoder.finish()
    with av.open(io.BytesIO(data)) as container:
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    pcm = (np.concatenate(parts) * 32767).astype("<i2").tobytes()
    assert signature(pcm, sample_rate=24000) == signature_of("Hello there.")


def test_the_length_follows_the_characters() -> None:
    """Fourteen characters take a second at pace 1, and half of it at pace 2."""
    assert len(tone("x" * 28, sample_rate=8000)) == 2 * 8000 * 2
    assert len(tone("x" * 28, pace=2.0, sample_rate=8000)) == 8000 * 2


def test_different_texts_have_different_tones() -> None:
    """Different texts have different tones."""
    assert len({signature_of(f"sentence {n}") for n in range(100)}) == 100


async def test_silence_and_speech_have_no_signature() -> None:
    """Silence, speech and too little sound have no signature; an unspeakable text has no tone."""
    assert signature(bytes(48000), sample_rate=24000) is None
    assert signature(b"", sample_rate=24000) is None
    assert signature(tone("Hello")[:2000], sample_rate=24000) is None
    assert signature(await speak("Hello there, my friend."), sample_rate=24000) is None
    assert tone("...") == b""


def test_word_tones_do_not_depend_on_the_cut() -> None:
    """A text sounds the same whole and in pieces, with any space and punctuation."""
    text = "Sure, \u0939\u093e\u0901\u0964 The fee is Rs. 500."
    pieces = ("Sure,", " \u0939\u093e\u0901\u0964", "The fee", "is Rs.", "500")
    assert word_tones(text) == b"".join(map(word_tones, pieces))


def test_each_word_has_its_own_tone() -> None:
    """Each word sounds for its length, at least 0.15 s, with the tones of its letters and marks."""
    words = ["\u0915\u094d\u0932\u093f\u0928\u093f\u0915", "9", "open"]
    assert spoken_words(f"{words[0]}: 9, (open)!") == words
    pcm = word_tones(" ".join(words), sample_rate=8000)
    for word in words:
        size = round(word_seconds(word) * 8000) * 2
        assert signature(pcm[:size], sample_rate=8000) == signature_of(word)
        pcm = pcm[size:]
    assert not pcm
    assert word_tones("- ... \u0964") == b""
