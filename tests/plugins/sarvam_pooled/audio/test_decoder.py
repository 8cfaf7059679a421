"""Which decoder a codec gets."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from livekit.plugins.sarvam_pooled.audio import decoder, libmpg123
from livekit.plugins.sarvam_pooled.audio.decoder import make_decoder
from livekit.plugins.sarvam_pooled.audio.mp3 import Mp3Decoder
from livekit.plugins.sarvam_pooled.audio.pyav import PyAvMp3Decoder
from livekit.plugins.sarvam_pooled.errors import ProviderFailed

from .sound import RATE, decode, lame, sine


def play(codec: str, pieces: list[bytes]) -> bytes:
    return decode(make_decoder(codec, sample_rate=RATE), pieces)


@pytest.mark.parametrize("codec", ["linear16", "wav", "mulaw", "alaw"])
def test_no_bytes_give_no_sound(codec: str) -> None:
    """Sarvam may have had nothing to say."""
    assert play(codec, []) == play(codec, [b"", b""]) == b""


def test_a_codec_without_decoder_is_an_error() -> None:
    """Which names the codec."""
    with pytest.raises(ProviderFailed, match="no decoder for atrac"):
        make_decoder("atrac", sample_rate=RATE)


@pytest.fixture
def without_libmpg123(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system that has no such library, under any name."""
    monkeypatch.setattr(libmpg123, "_NAMES", ("libmpg123.so.none", "/nowhere/libmpg123.dylib"))
    libmpg123.library.cache_clear()
    decoder._warn_without_libmpg123.cache_clear()
    yield
    libmpg123.library.cache_clear()
    decoder._warn_without_libmpg123.cache_clear()


@pytest.mark.usefixtures("without_libmpg123")
def test_without_libmpg123_pyav_decodes_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    """One warning for the process, with what to install; the same sound."""
    sound = lame(sine(0.1))
    with caplog.at_level(logging.WARNING):
        heard = [decode(make_decoder("mp3", sample_rate=RATE), [sound]) for _ in range(3)]
    assert len(caplog.records) == 1
    assert "install libmpg123-0" in caplog.records[0].getMessage()
    assert set(heard) == {decode(PyAvMp3Decoder(RATE), [sound])}


def test_with_libmpg123_it_is_taken(caplog: pytest.LogCaptureFixture) -> None:
    """Silently."""
    made = make_decoder("mp3", sample_rate=RATE)
    made.close()
    assert isinstance(made, Mp3Decoder)
    assert not caplog.records
