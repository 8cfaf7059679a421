"""Phrases whose samples identify them, and a clock that only tests move."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases.key import phrase_key
from livekit.plugins.sarvam_pooled.phrases.phrase import Phrase
from livekit.plugins.sarvam_pooled.phrases.store import PhraseStore
from livekit.plugins.sarvam_pooled.voice import Voice

NOW = 1_800_000_000.0


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Shows one moment of unix time until it is moved."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> PhraseStore:
    """An empty store."""
    return PhraseStore(tmp_path / "phrases", clock=clock)


@pytest.fixture
def make_phrase() -> Any:
    """Makes a phrase of a text; other arguments change its voice, its length or its time."""

    def make(
        text: str = "Sure, let me check that.",
        *,
        samples: int = 1000,
        created: float = NOW,
        first_audio: float = 0.25,
        provider: str = "sarvam",
        **voice: Any,
    ) -> Phrase:
        key = phrase_key(text, replace(Voice(), **voice), provider=provider)
        pcm = random.Random(key.digest).randbytes(samples * 2)
        rate = key.voice.speech_sample_rate
        return Phrase(key=key, pcm=pcm, sample_rate=rate, created=created, first_audio=first_audio)

    return make
