"""The language of a Segment by its script."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.options import Segmenting
from livekit.plugins.sarvam_pooled.text.script import language_of, reads
from livekit.plugins.sarvam_pooled.text.segmenter import Segmenter

BY_SCRIPT = [
    ("नमस्ते", "hi-IN"),
    ("नमस्कार, तुम्ही कसे आहात?", "hi-IN"),  # Marathi: the same script
    ("নমস্কার", "bn-IN"),
    ("নমস্কাৰ, আপুনি কেনে আছে?", "bn-IN"),  # Assamese: the same script
    ("ਸਤ ਸ੍ਰੀ ਅਕਾਲ", "pa-IN"),
    ("નમસ્તે", "gu-IN"),
    ("ନମସ୍କାର", "od-IN"),
    ("வணக்கம்", "ta-IN"),
    ("నమస్కారం", "te-IN"),
    ("ನಮಸ್ಕಾರ", "kn-IN"),
    ("നമസ്കാരം", "ml-IN"),
    ("السلام علیکم", "ur-IN"),
    # Code-mixed: the script of India, even in the minority.
    ("Your appointment confirm है", "hi-IN"),
    ("Dr. Iyer இருக்கிறார்", "ta-IN"),
    # Two of them: the one with more letters.
    ("नमस्ते, வணக்கம் நண்பரே", "ta-IN"),
    # Latin letters, digits and other scripts identify nothing.
    ("Good morning", None),
    ("Aap kaise hain?", None),
    ("₹500 !?", None),
    ("।", None),
    ("Привет 你好", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "language"), BY_SCRIPT)
def test_a_script_of_india_tells_the_language(text: str, language: str | None) -> None:
    """Every script of the eleven languages and Urdu's; Latin letters say nothing."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("voice", "language", "readable"),
    [
        ("hi-IN", "hi-IN", True),
        ("mr-IN", "hi-IN", True),
        ("ne-IN", "hi-IN", True),
        ("as-IN", "bn-IN", True),
        ("ks-IN", "ur-IN", True),
        ("en-IN", "hi-IN", False),
        ("ta-IN", "hi-IN", False),
        ("hi-IN", "bn-IN", False),
        ("mr-IN", "gu-IN", False),
    ],
)
def test_a_voice_reads_the_script_of_its_own_language(
    voice: str, language: str, readable: bool
) -> None:
    """Marathi's voice stays for Devanagari, Assamese's for Bengali letters."""
    assert reads(voice, language) is readable


def test_each_segment_has_its_own_language_when_asked_for() -> None:
    """A reply in three scripts; the English part keeps the voice's language."""
    segmenter = Segmenter(Segmenting(), detect_language=True)
    segments = segmenter.push("நன்றி. धन्यवाद। Thank you so much. ") + segmenter.flush()
    assert [segment.language for segment in segments] == ["ta-IN", "hi-IN", None]


def test_no_segment_has_a_language_when_not_asked_for() -> None:
    """The option is off by default."""
    segmenter = Segmenter(Segmenting())
    segments = segmenter.push("நன்றி. धन्यवाद। ") + segmenter.flush()
    assert [segment.language for segment in segments] == [None, None]
