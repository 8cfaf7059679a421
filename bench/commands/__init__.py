"""The commands of the bench.

voice       voices, and what is under them, without a room
calls       agents in real rooms
watching    what watching calls costs, and whether it is right
app         the command line, and how commands end
"""

from . import calls, voice, watching
from .app import app

__all__ = ["app", "calls", "voice", "watching"]
