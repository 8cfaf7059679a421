"""One call: its session, its components, the agent that speaks, and what surrounds them."""

SAMPLE_RATE = 24000
"""Hz of both TTS and of the room's track: one rate, so that nothing is resampled."""
