"""One call: its session, its components, its agent, and the services around them."""

SAMPLE_RATE = 24000
"""Hz of both TTS and of the room's track: at one rate nothing is resampled."""
