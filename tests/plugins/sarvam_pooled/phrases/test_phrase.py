"""A phrase is whole, and says nothing of its text."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases.phrase import Defect, Phrase, WrongPhrase


@pytest.mark.parametrize(
    ("pcm", "rate"), [(b"", 24000), (b"\0\0\0", 24000), (b"\0\0", 0), (b"\0\0", 8000)]
)
def test_a_phrase_has_whole_samples(make_phrase: Any, pcm: bytes, rate: int) -> None:
    """Audio that is empty, ends in half a sample, or has another rate than its voice is refused."""
    with pytest.raises(ValueError, match=r"must be|has whole"):
        Phrase(key=make_phrase().key, pcm=pcm, sample_rate=rate, created=0.0)


def test_neither_phrase_nor_error_show_the_text(make_phrase: Any) -> None:
    """Callers' words stay out of logs and tracebacks."""
    assert "check" not in repr(make_phrase())
    assert str(WrongPhrase(Defect.TRUNCATED)) == "the file of a phrase is truncated"
