"""Phrases for keeping: made again until they are whole, else an error."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.errors import ProviderFailed
from livekit.plugins.sarvam_pooled.phrases.key import phrase_key
from livekit.plugins.sarvam_pooled.phrases.phrase import Phrase
from livekit.plugins.sarvam_pooled.synthesis.attempt import SynthesisRequest
from livekit.plugins.sarvam_pooled.synthesis.render import render
from livekit.plugins.sarvam_pooled.voice import Voice

from tests.support import virtual_clock

KEY = phrase_key("Welcome to the clinic of Asha.", Voice(), provider="sarvam")
WHOLE = np.full(48000, 1000, "<i2").tobytes()
CUT = WHOLE[:9600]
SILENT = bytes(len(WHOLE))


class Recordings:
    """A provider that gives these, one after another, each with its `final`."""

    def __init__(self, *sounds: bytes) -> None:
        self.left = list(sounds)

    async def __call__(self, request: SynthesisRequest) -> None:
        await asyncio.sleep(0.2)
        request.on_pcm(self.left.pop(0))
        request.record.ended = True


def made_of(*sounds: bytes) -> Phrase:
    return virtual_clock.run(render(Recordings(*sounds), KEY, retries=2, time_limit=5.0))


@pytest.mark.parametrize("faulty", [CUT, SILENT, b""])
def test_what_is_too_short_for_its_text_is_made_again(faulty: bytes) -> None:
    """A greeting or an apology is kept for weeks, whatever the server calls complete."""
    assert made_of(faulty, faulty, WHOLE).pcm == WHOLE


def test_what_stays_too_short_is_an_error() -> None:
    """A build step must know."""
    with pytest.raises(ProviderFailed, match="too short"):
        made_of(CUT, CUT, CUT)
