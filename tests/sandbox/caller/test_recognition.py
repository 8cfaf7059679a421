"""The recogniser identifies the answer in a piece of sound."""

from __future__ import annotations

import numpy as np

from sandbox.caller.recognition import recognise
from sandbox.caller.timing import Span
from sandbox.caller.words import likeness, words
from sandbox.voice import speak

RATE = 24_000
ANSWERS = (
    "We are open from nine thirty in the morning to one.",
    "Doctor Rao is free tomorrow at ten. Shall I book that appointment for you?",
    "Press a clean cloth firmly on the cut and hold your hand above your heart.",
)


async def test_each_answer_is_known_by_its_sound() -> None:
    """Every answer is more like its own text than like any other, by a wide margin."""
    track, parts = np.zeros(RATE // 2, np.int16), []
    for answer in ANSWERS:
        sound = np.frombuffer(await speak(answer, sample_rate=RATE), np.int16)
        parts.append([Span(track.size / RATE, (track.size + sound.size) / RATE)])
        track = np.concatenate((track, sound, np.zeros(RATE // 2, np.int16)))
    heard = await recognise(track, RATE, parts, ANSWERS)
    for index, text in enumerate(heard):
        shares = [likeness(words(answer), words(text)) for answer in ANSWERS]
        own = shares.pop(index)
        assert own > 0.5
        assert max(shares) < 0.35


async def test_nothing_is_heard_where_nothing_is() -> None:
    """A part without sound has no words; without any text there are no words either."""
    silence = np.zeros(RATE, np.int16)
    assert await recognise(silence, RATE, [[], []], ["hello there"]) == ["", ""]
    assert await recognise(silence, RATE, [[Span(0, 1)]], [" ... "]) == [""]
