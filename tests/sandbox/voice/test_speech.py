"""Text to sound with the real synthesizer."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from sandbox.voice import speak, speak_timed

GREETINGS = {
    "hi-IN": "नमस्ते, आप कैसे हैं?",
    "ta-IN": "வணக்கம், எப்படி இருக்கிறீர்கள்?",
    "te-IN": "నమస్కారం, మీరు ఎలా ఉన్నారు?",
    "kn-IN": "ನಮಸ್ಕಾರ, ಹೇಗಿದ್ದೀರಿ?",
    "ml-IN": "നമസ്കാരം, സുഖമാണോ?",
    "bn-IN": "নমস্কার, কেমন আছেন?",
    "gu-IN": "નમસ્તે, તમે કેમ છો?",
    "mr-IN": "नमस्कार, तुम्ही कसे आहात?",
    "pa-IN": "ਸਤ ਸ੍ਰੀ ਅਕਾਲ, ਤੁਸੀਂ ਕਿਵੇਂ ਹੋ?",
    "od-IN": "ନମସ୍କାର, ଆପଣ କେମିତି ଅଛନ୍ତି?",
    "ur-IN": "آپ کیسے ہیں؟",
    "en-IN": "Hello, how are you?",
}


def samples(pcm: bytes) -> Any:
    return np.frombuffer(pcm, "<i2").astype(np.int32)


@pytest.mark.parametrize("language", GREETINGS)
async def test_every_language_has_clear_sound(language: Any) -> None:
    """Each language gives a second or more of clear, unclipped sound."""
    sound = samples(await speak(GREETINGS[language], language=language))
    assert sound.size > 24000 * 0.7
    assert np.sqrt(np.mean(sound**2.0)) > 1000
    assert np.abs(sound).max() < 32767


async def test_sound_ends_with_the_speech() -> None:
    """The silence after the last word is trimmed to a short tail."""
    sound = samples(await speak("Good morning."))
    last = np.flatnonzero(np.abs(sound) > 500)[-1]
    assert 0 < sound.size - last < 0.12 * 24000


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 48000])
async def test_sound_is_equally_long_and_loud_at_any_rate(rate: int) -> None:
    """At any rate the sound lasts equally long and is equally loud."""
    reference = samples(await speak("Good morning to you.", sample_rate=22050))
    sound = samples(await speak("Good morning to you.", sample_rate=rate))
    assert sound.size / rate == pytest.approx(reference.size / 22050, abs=0.03)
    assert np.std(sound) == pytest.approx(np.std(reference), rel=0.1)


async def test_twice_the_pace_takes_half_the_time() -> None:
    """Twice the pace takes about half the time."""
    slow, fast = [
        len(await speak("I would like an appointment tomorrow.", pace=pace)) for pace in (0.8, 1.6)
    ]
    assert slow / fast == pytest.approx(2, rel=0.15)


async def test_two_speakers_sound_different() -> None:
    """Two speakers say the same text with different sounds, one speaker always with the same."""
    first, again, other = [await speak("Hello.", voice=name) for name in ("ritu", "ritu", "dev")]
    assert first == again
    assert first != other


@pytest.mark.parametrize("text", ["", "...", "।", "?!", "😀", "“”"])
async def test_a_text_without_a_word_is_silent(text: str) -> None:
    """A text without a letter or a digit is silent: marks are not read out by their names."""
    assert await speak(text, language="hi-IN") == b""


async def test_zero_byte_does_not_end_the_text() -> None:
    """A zero byte within the text is taken as a space."""
    whole = await speak("one\0two three four")
    assert len(whole) == pytest.approx(len(await speak("one two three four")), rel=0.05)


async def test_an_unknown_language_is_refused() -> None:
    """It is an error of the calling code."""
    with pytest.raises(ValueError, match="no voice speaks 'zz'"):
        await speak("hello", language="zz")


async def test_every_word_has_its_time_in_order() -> None:
    """Every written word has its time, in order, within the sound."""
    text = "Doctor Rao is free at 4:30 p.m. today, isn't he?"
    speech = await speak_timed(text)
    assert [word.text for word in speech.words] == text.split()
    times = [time for word in speech.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert speech.words[0].start == 0
    assert speech.words[-1].end <= speech.duration


async def test_phrase_said_again_is_the_same_sound() -> None:
    """A repeated phrase comes from memory: espeak-ng itself never gives the same bytes twice."""
    first, again = [await speak("Please hold the line.") for _ in range(2)]
    assert first is again


async def test_many_at_once_keep_their_own_sound() -> None:
    """Texts spoken at the same time by many tasks do not mix in the one synthesizer."""
    texts = ["word " * number for number in range(1, 21)]
    # Another rate, so that the second time is not from memory.
    alone = [len(await speak(text, sample_rate=8000)) / 8000 for text in texts]
    sounds = await asyncio.gather(*(speak(text, sample_rate=16000) for text in texts))
    assert [len(sound) / 16000 for sound in sounds] == pytest.approx(alone, abs=0.1)
