"""What the stand-ins for text to speech share: account, options, and the pace of synthesis."""

from .account import SpeechAccount, SpeechOptions, Synthesis
from .pacing import Slice, make_sound, paced

__all__ = ["Slice", "SpeechAccount", "SpeechOptions", "Synthesis", "make_sound", "paced"]
