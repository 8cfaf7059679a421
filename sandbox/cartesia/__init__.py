"""A stand-in for Cartesia's text to speech: its WebSocket with contexts, and `/tts/bytes`."""

from .options import CartesiaOptions
from .server import CartesiaStandIn

__all__ = ["CartesiaOptions", "CartesiaStandIn"]
