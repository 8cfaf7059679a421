"""What of ours is compared: its synthesis, and nothing that was said before."""

from __future__ import annotations

import pytest
from livekit.plugins import sarvam_pooled

from bench.tts.drivers.livekit_peer import AS_CONSTRUCTED, SWITCHED, make, ours
from bench.tts.drivers.messages import Open

NOWHERE = "127.0.0.1:9"


@pytest.mark.parametrize("options", SWITCHED.values(), ids=SWITCHED)
def test_no_figure_is_better_because_a_text_came_again(options: dict[str, object]) -> None:
    """Scenarios repeat their few texts; each is synthesised, as by the peers."""
    voice = ours(NOWHERE, **options)
    assert isinstance(voice, sarvam_pooled.TTS)
    assert voice.phrases is None


async def test_the_measurement_of_phrases_has_the_default_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a drop-in has them: in memory, whatever folder the environment names."""
    monkeypatch.setenv("PHRASE_STORE_DIR", "anywhere")
    voice = await make(Open(at=NOWHERE, voice=AS_CONSTRUCTED))
    tts = voice._voice
    assert isinstance(tts, sarvam_pooled.TTS)
    assert tts.phrases is not None
    assert tts.phrases._store is None
    await voice.aclose()
