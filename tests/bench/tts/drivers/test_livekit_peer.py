"""Our plugin as it is compared: every reply is synthesised, none comes from a cache."""

from __future__ import annotations

from pathlib import Path

import pytest
from livekit.plugins import sarvam_pooled

from bench.tts.drivers.livekit_peer import AS_CONSTRUCTED, SWITCHED, make, ours
from bench.tts.drivers.messages import Open

NOWHERE = "127.0.0.1:9"


@pytest.mark.parametrize("options", SWITCHED.values(), ids=SWITCHED)
def test_no_figure_is_better_because_a_text_came_again(options: dict[str, object]) -> None:
    """Scenarios repeat their few texts; each is synthesised every time, as by the peers."""
    tts = ours(NOWHERE, **options)
    assert isinstance(tts, sarvam_pooled.TTS)
    assert tts.phrases is None


async def test_the_measurement_of_phrases_has_the_default_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As a drop-in has them: in memory, whatever folder the environment names."""
    monkeypatch.setenv("PHRASE_STORE_DIR", str(tmp_path))
    peer = await make(Open(at=NOWHERE, variant=AS_CONSTRUCTED))
    tts = peer.tts
    assert isinstance(tts, sarvam_pooled.TTS)
    assert tts.phrases is not None
    assert await tts.phrases.get(tts.engine.phrase_key("Hello.")) is None
    seen = tts.phrases.statistics()
    assert (seen.memory.misses, seen.disk.misses) == (1, 0)
    await peer.aclose()
