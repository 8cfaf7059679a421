"""A stand-in for Sarvam's text to speech: its WebSocket, REST and HTTP stream.

Written from `docs.sarvam.ai`, the official clients and public reports; where these are silent or
contradict each other, `SarvamOptions` decides.
"""

from .options import SarvamOptions
from .server import SarvamStandIn

__all__ = ["SarvamOptions", "SarvamStandIn"]
