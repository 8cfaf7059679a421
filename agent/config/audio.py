"""The audio format of what the agent says."""

from __future__ import annotations

SAMPLE_RATE = 24000
"""Hz of both TTS and of the room's track: at one rate nothing is resampled."""
