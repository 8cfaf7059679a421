"""A voice and a store of its own, before a stand-in that speaks at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from livekit.plugins import sarvam_pooled

from sandbox.conditions import INSTANT
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve

MakePhrase = Callable[..., sarvam_pooled.Phrase]


@pytest.fixture
async def stand_in() -> SarvamStandIn:
    """Speaks tones, without delays."""
    made = SarvamStandIn(latency=INSTANT)
    made.set_options({"voice": "tone"})
    return made


@pytest.fixture
async def voice(stand_in: SarvamStandIn) -> AsyncIterator[sarvam_pooled.TTS]:
    """A voice that speaks through the stand-in."""
    async with serve(stand_in) as at:
        url = f"ws://{at}/text-to-speech/ws"
        tts = sarvam_pooled.TTS(api_key="secret-key", ws_url=url, phrases=None)
        yield tts
        await tts.aclose()


@pytest.fixture
def store(tmp_path: Path) -> sarvam_pooled.PhraseStore:
    """An empty one."""
    return sarvam_pooled.PhraseStore(tmp_path / "phrases")


@pytest.fixture
def make_phrase() -> MakePhrase:
    """Makes a phrase without anybody speaking it."""

    def make(text: str, *, seconds: float = 1.0, **settings: object) -> sarvam_pooled.Phrase:
        provider_at = "wss://api.sarvam.ai" if settings.pop("real", True) else "ws://127.0.0.1:1"
        tts = sarvam_pooled.TTS(api_key="k", ws_url=provider_at, **settings)  # type: ignore[arg-type]
        return sarvam_pooled.Phrase(
            key=tts.engine.phrase_key(text), pcm=bytes(round(seconds * 24000) * 2),
            sample_rate=24000, created=1_700_000_000.0,
        )  # fmt: skip

    return make
