"""Real voices without a network: text to PCM by espeak-ng, PCM to every codec of a provider.

`speak` and `speak_timed` give signed 16-bit little-endian mono PCM; `make_encoder` packs it.
`tone` and `word_tones` stand in for a voice where a test must tell cheaply which text, or which
words, a piece of sound came from.
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
