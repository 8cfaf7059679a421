"""A stand-in for Cartesia's text to speech: its WebSocket with contexts, and `/tts/bytes`."""

from .account import CartesiaOptions
from .server import CartesiaStandIn

__all__ = ["CartesiaOptions", "CartesiaStandIn"]
