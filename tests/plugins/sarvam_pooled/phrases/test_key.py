"""Keys: every setting that changes the audio is in them, and their paths are harmless."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.phrases.key import (
    FILE_NAME,
    PhraseKey,
    phrase_key,
    provider_name,
    slug,
)
from livekit.plugins.sarvam_pooled.spoken import as_spoken
from livekit.plugins.sarvam_pooled.text.segment import Segment
from livekit.plugins.sarvam_pooled.voice import Voice

KEY = phrase_key("Sure, let me check.", Voice(), provider="sarvam")

# A value of each field that differs from its default. A field of `Voice` that is missing here fails
# the test below, so that nobody adds one without saying how it differs.
OTHER = {
    "target_language_code": "hi-IN",
    "speaker": "ritu",
    "model": "bulbul:v4-flash",
    "pace": 1.1,
    "pitch": 0.1,
    "loudness": 1.2,
    "temperature": 0.5,
    "speech_sample_rate": 8000,
    "output_audio_codec": "mp3",
    "output_audio_bitrate": "64k",
    "min_buffer_size": 60,
    "max_chunk_length": 100,
    "enable_preprocessing": True,
    "dict_id": "p_1",
}


@pytest.mark.parametrize("name", [field.name for field in fields(Voice)])
def test_every_setting_of_the_voice_makes_another_key(name: str) -> None:
    """A phrase of one voice is never found under another's key, whatever differs."""
    other = replace(KEY, voice=replace(KEY.voice, **{name: OTHER[name]}))
    assert other != KEY
    assert other.digest != KEY.digest
    assert other.path != KEY.path


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, text="Sure, let me check!"),
        replace(KEY, provider="sarvam@127.0.0.1"),
        replace(KEY, audio_version=KEY.audio_version + 1),
    ],
    ids=["text", "provider", "audio version"],
)
def test_text_provider_and_audio_version_make_another_key(other: PhraseKey) -> None:
    """So do what is said, who says it, and the version of our own treatment."""
    assert other != KEY
    assert other.digest != KEY.digest
    assert other.path != KEY.path


def test_the_digest_is_the_same_in_every_process_and_version() -> None:
    """A store outlives the program: a change of this value makes all stores useless."""
    assert KEY.digest == "b9e306030b17bf9a70b886425a8eec3a3ac4e19f704f7362eadf6a26bcd3a94c"


def test_equal_keys_have_equal_digests() -> None:
    """1 and 1.0, 0.0 and -0.0 are one setting."""
    other = replace(KEY, voice=replace(KEY.voice, pace=1, pitch=-0.0))
    assert other == KEY
    assert other.digest == KEY.digest


def test_blanks_do_not_make_another_key() -> None:
    """Only white space that is heard makes a difference."""
    assert phrase_key(" Sure,  let\tme check.\n", Voice(), provider="sarvam") == KEY
    assert phrase_key("Sure,\nlet me check.", Voice(), provider="sarvam") != KEY


@given(st.text())
def test_a_spoken_segment_is_its_own_text(text: str) -> None:
    """The text that a Segment sends is not changed again."""
    spoken = Segment(0, text).spoken
    assert as_spoken(spoken) == spoken


def test_a_phrase_needs_a_text() -> None:
    """Nothing cannot be spoken."""
    with pytest.raises(ValueError, match="needs a text"):
        phrase_key(" \n", Voice(), provider="sarvam")


@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_a_path_stays_in_the_folder(text: str, language: str, speaker: str) -> None:
    """No text and no setting leads out of the store, hides a file or makes too long a name."""
    voice = Voice()
    object.__setattr__(voice, "target_language_code", language)
    object.__setattr__(voice, "speaker", speaker)
    path = PhraseKey(text=text, provider="sarvam", voice=voice).path
    assert len(path.parts) == 3
    assert FILE_NAME.match(path.name)
    for part in path.parts:
        assert not part.startswith(".")
        assert len(part.encode()) <= 60 + len("-0123456789abcdef.wav")
        assert all(unicodedata.category(char)[0] in "LMNP" for char in part)
        assert not set(part) & set("/\\\0:")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sure, let me check!", "sure-let-me-check"),
        ("नमस्ते, मैं आपकी मदद करूँ?", "नमस्ते-मैं-आपकी-मदद-कर"),
        ("வணக்கம்", "வணக்கம்"),
        ("../../etc/passwd", "etc-passwd"),
        ("...", "phrase"),
        ("\ud800", "phrase"),
        ("a" * 100, "a" * 60),
    ],
)
def test_a_file_is_named_for_its_text(text: str, name: str) -> None:
    """A person finds a phrase by its name, in any script."""
    assert slug(text) == name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("wss://api.sarvam.ai/text-to-speech/ws", "sarvam"),
        ("wss://API.sarvam.ai:443/text-to-speech/ws", "sarvam"),
        ("ws://127.0.0.1:8123/text-to-speech/ws", "sarvam@127.0.0.1"),
        ("ws://user:secret@gateway.example:99/ws", "sarvam@gateway.example"),
        ("wss://api.sarvam.ai.example/ws", "sarvam@api.sarvam.ai.example"),
        ("ws://[::1]:80/ws", "sarvam@::1"),
        ("nonsense", "sarvam@"),
    ],
)
def test_only_sarvam_is_called_sarvam(url: str, name: str) -> None:
    """Neither ports nor passwords are part of a name."""
    assert provider_name(url) == name


def test_a_key_does_not_show_its_text() -> None:
    """Callers' words stay out of logs and tracebacks."""
    assert "check" not in repr(KEY)
    assert KEY.digest[:16] in repr(KEY)
