"""The key of a phrase: everything that changes how it sounds.

A key that misses a setting plays the wrong voice (a bug of other caches). It therefore holds a
complete `Voice`, and its digest covers every field of a `Voice`, also one that is added later. A
field that changes nothing costs only a miss. The module is pure.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from ..models import WS_URL
from ..spoken import as_spoken
from ..voice import Voice

AUDIO_VERSION: Final = 1
"""Raise it when the same text and voice would be stored as other audio: when trimming, fading or
decoding changes, or when `text/` gives a text another meaning."""

_SARVAM: Final = urlsplit(WS_URL).hostname
_SLUG_BYTES: Final = 60
# The name of a file of the store; other files are not touched.
FILE_NAME: Final = re.compile(r".+-[0-9a-f]{16}\.wav\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PhraseKey:
    """One text in one voice of one provider.

    Attributes:
        text: The text as it is spoken, see `as_spoken`.
        provider: See `provider_name`.
        voice: All settings of the voice.
        audio_version: The `AUDIO_VERSION` that made the audio; "transform" in files and digests.
    """

    text: str
    provider: str
    voice: Voice
    audio_version: int = field(default=AUDIO_VERSION)

    @property
    def digest(self) -> str:
        """64 hexadecimal digits that differ when any field does."""
        content = {
            "text": self.text,
            "provider": self.provider,
            "transform": self.audio_version,
            "voice": {item.name: getattr(self.voice, item.name) for item in fields(self.voice)},
        }
        written = json.dumps(_canonical(content), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode("ascii")).hexdigest()

    @property
    def path(self) -> PurePosixPath:
        """`<language>/<speaker>/<text>-<digest>.wav`: people find it by its text, the store by its
        digest. Each part is a single harmless name, whatever the settings are."""
        return self.path_under(self.digest)

    def path_under(self, name: str) -> PurePosixPath:
        """The same path with the first 16 digits of `name` instead of the digest's."""
        folder = PurePosixPath(slug(self.voice.target_language_code), slug(self.voice.speaker))
        return folder / f"{slug(self.text)}-{name[:16]}.wav"

    def __repr__(self) -> str:
        # Callers' words stay out of logs and tracebacks.
        voice = self.voice
        return f"<PhraseKey {voice.target_language_code} {voice.speaker} {self.digest[:16]}>"


def phrase_key(text: str, voice: Voice, *, provider: str) -> PhraseKey:
    """The key of `text` spoken by `voice`.

    Raises:
        ValueError: There is nothing to say in `text`.
    """
    spoken = as_spoken(text)
    if not spoken:
        raise ValueError("a phrase needs a text")
    return PhraseKey(text=spoken, provider=provider, voice=voice)


def provider_name(ws_url: str) -> str:
    """The provider at this address: "sarvam", or "sarvam@<host>" for any other host, because the
    audio of a stand-in or a gateway must not be played as Sarvam's."""
    host = urlsplit(ws_url).hostname or ""
    return "sarvam" if host == _SARVAM else f"sarvam@{host}"


def slug(text: str) -> str:
    """`text` as one part of a path: letters of any script, at most 60 bytes of UTF-8."""
    kept = "".join(char if _is_kept(char) else " " for char in unicodedata.normalize("NFC", text))
    name = "-".join(kept.lower().split())
    # A cut inside a character drops the character.
    return name.encode()[:_SLUG_BYTES].decode(errors="ignore").rstrip("-") or "phrase"


def _is_kept(char: str) -> bool:
    # Letters, the marks that Indic vowels are, and decimal digits.
    category = unicodedata.category(char)
    return category[0] in "LM" or category == "Nd"


def _canonical(value: object) -> object:
    """Equal values in one spelling: 1 and 1.0 are the same pace, and so are 0.0 and -0.0."""
    if isinstance(value, dict):
        return {name: _canonical(inner) for name, inner in value.items()}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) + 0.0
    return value
