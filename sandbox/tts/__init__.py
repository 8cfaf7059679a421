"""What the stand-ins for text to speech have in common: pace, accounts, settings, sockets."""

from .ledger import Ledger, Synthesis
from .options import SpeechOptions
from .pacing import Slice, paced
from .sound import make_sound

__all__ = ["Ledger", "Slice", "SpeechOptions", "Synthesis", "make_sound", "paced"]
