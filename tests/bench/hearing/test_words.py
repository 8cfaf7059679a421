"""Words once, whole and in order, judged from the sound alone."""

import io

import av
import numpy as np
import pytest

from bench.hearing.words import Word, WordDiff, compare, merged, words_of
from bench.tts.runner import recogniser, replies
from sandbox.voice import make_encoder, word_tones

RATE = 24000
TEXTS = [text for group in replies().values() for text in group]
TEXT = "Dr. Rao sees patients in the morning and Dr. Khan in the evening."


def samples(*texts: str, rate: int = RATE):
    """These texts said one after the other."""
    return np.frombuffer(b"".join(word_tones(text, sample_rate=rate) for text in texts), np.int16)


def heard(sound, *, text: str = TEXT, rate: int = RATE) -> WordDiff:
    """How a sound differs from the words of `text`."""
    return compare(words_of(text), recogniser(rate).recognise(sound))


@pytest.mark.parametrize("text", TEXTS)
def test_every_reply_is_understood(text):
    """Each reply of the bench, said as it should be, is exact."""
    assert heard(samples(text), text=text).is_exact


@pytest.mark.parametrize("rate", [8000, 16000, 22050])
def test_at_other_rates(rate):
    """A peer may choose another sample rate."""
    assert heard(samples(TEXT, rate=rate), rate=rate).is_exact


def test_through_mp3():
    """A lossy codec with padding in front and behind changes no word."""
    encoder = make_encoder("mp3", sample_rate=22050, bitrate=128_000)
    data = encoder.encode(word_tones(TEXT, sample_rate=22050)) + encoder.finish()
    with av.open(io.BytesIO(data)) as container:
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    assert heard((np.concatenate(parts) * 32767).astype("<i2"), rate=22050).is_exact


@pytest.mark.parametrize("offset", range(0, 960, 160))
def test_wherever_the_windows_fall(offset):
    """The result does not depend on where the analysis happens to begin."""
    assert heard(np.concatenate([np.zeros(offset, np.int16), samples(TEXT)])).is_exact


def test_a_lost_word():
    """A word that is not heard is lost, and nothing else is."""
    assert heard(samples("Dr. Rao sees patients in the morning and Khan in the evening")) == (
        WordDiff(lost=("Dr",))
    )


def test_a_lost_end():
    """A reply that is cut off has lost its last words."""
    assert heard(samples("Dr. Rao sees patients in the morning")).lost == (
        "and", "Dr", "Khan", "in", "the", "evening"
    )  # fmt: skip


def test_a_word_said_twice():
    """Taking up a broken reply too early repeats words."""
    assert heard(samples("Dr. Rao sees", "sees patients", TEXT[21:])).clipped == ("sees",)
    assert heard(samples("Dr. Rao sees patients", "sees patients", TEXT[21:])) == (
        WordDiff(extra=("sees", "patients"))
    )


def test_words_out_of_order():
    """The second part before the first is as bad as losing it."""
    word_diff = heard(
        samples("and Dr. Khan in the evening.", "Dr. Rao sees patients in the morning")
    )
    assert word_diff.lost
    assert word_diff.extra


def test_a_word_of_another_reply():
    """A sound that an interrupted reply left behind is noticed."""
    assert heard(samples("parking", TEXT)) == WordDiff(extra=("parking",))


@pytest.mark.parametrize("missing", [0.1, 0.2])
def test_a_clipped_word(missing):
    """Part of a word gone, at a join or at the end, is not a whole word."""
    sound = samples(TEXT)
    assert heard(sound[: -round(missing * RATE)]).clipped == ("evening",)
    inside = round(0.6 * RATE)  # in "Rao sees"
    joined = np.concatenate([sound[:inside], sound[inside + round(missing * RATE) :]])
    assert not heard(joined).is_exact


def test_silence_inside_a_word_changes_no_word():
    """A hole is judged elsewhere: the word is heard all the same, in two parts."""
    sound = samples(TEXT)
    middle = round(1.3 * RATE)
    paused = np.concatenate([sound[:middle], np.zeros(RATE, np.int16), sound[middle:]])
    assert heard(paused).is_exact


def test_silence_and_noise_hold_no_word():
    """What is no tone is no word."""
    noise = np.random.default_rng(1).normal(0, 3000, RATE).astype(np.int16)
    assert recogniser(RATE).recognise(np.zeros(RATE, np.int16)) == []
    assert recogniser(RATE).recognise(noise) == []
    assert recogniser(RATE).recognise(np.zeros(0, np.int16)) == []
    assert recogniser(RATE).recognise(samples(TEXT) // 100) == []


def test_an_unknown_word_is_not_taken_for_another():
    """A sound that is no word of any reply is no word at all: it cannot stand for a lost one."""
    assert recogniser(RATE).recognise(samples("xylophone zeppelin")) == []
    sound = samples("Dr. Rao sees xylophone", "in the morning and Dr. Khan in the evening.")
    assert heard(sound) == WordDiff(lost=("patients",))


def test_the_same_word_in_a_row():
    """Two of a word sound as one long one; one too few is noticed by its length."""
    assert merged([Word("jī", 0.2), Word("jī", 0.3), Word("hāṁ", 0.2)]) == [
        Word("jī", 0.5),
        Word("hāṁ", 0.2),
    ]
    wanted = words_of("the the clinic")
    assert compare(wanted, recogniser(RATE).recognise(samples("the the clinic"))).is_exact
    assert compare(wanted, recogniser(RATE).recognise(samples("the clinic"))).clipped == ("the",)
