"""Which language a Segment is spoken in, when languages are detected."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.synthesis.attempt import voice_for
from livekit.plugins.sarvam_pooled.text.segment import Segment
from livekit.plugins.sarvam_pooled.voice import Voice

V3, V4 = "bulbul:v3", "bulbul:v4-flash"


@pytest.mark.parametrize(
    ("model", "voice", "segment", "spoken"),
    [
        (V3, "en-IN", "hi-IN", "hi-IN"),
        (V3, "hi-IN", "ta-IN", "ta-IN"),
        # No script of India in it: English, or Hindi in Latin letters.
        (V3, "hi-IN", None, "hi-IN"),
        # The voice reads it already.
        (V3, "ta-IN", "ta-IN", "ta-IN"),
        (V3, "mr-IN", "hi-IN", "mr-IN"),
        (V4, "as-IN", "bn-IN", "as-IN"),
        (V4, "ne-IN", "hi-IN", "ne-IN"),
        # A language that the model does not know is never asked for.
        (V3, "hi-IN", "ur-IN", "hi-IN"),
        (V4, "hi-IN", "ur-IN", "ur-IN"),
    ],
)
def test_the_language_is_switched_only_where_it_must_and_can_be(
    model: str, voice: str, segment: str | None, spoken: str
) -> None:
    """A switch costs a new configuration, and one that is refused would cost the reply."""
    configured = Voice(model=model, target_language_code=voice)
    assert voice_for(Segment(0, "x", segment), configured).target_language_code == spoken
