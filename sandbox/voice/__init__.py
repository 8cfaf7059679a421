"""Real voices without a network: text to PCM by espeak-ng, PCM to the providers' codecs.

`speak` and `speak_timed` return signed 16-bit little-endian mono PCM; `make_encoder` encodes it.
`tone` and `word_tones` replace a voice where a test must identify the text, or the words, of a
piece of sound cheaply.
"""

from .encoders import CODECS, Encoder, make_encoder, wav_header
from .espeak import VoiceError
from .speech import Speech, speak, speak_timed
from .tone import signature, signature_of, tone, word_tones
from .voices import LANGUAGES
from .words import Word

__all__ = [
    "CODECS",
    "LANGUAGES",
    "Encoder",
    "Speech",
    "VoiceError",
    "Word",
    "make_encoder",
    "signature",
    "signature_of",
    "speak",
    "speak_timed",
    "tone",
    "wav_header",
    "word_tones",
]
