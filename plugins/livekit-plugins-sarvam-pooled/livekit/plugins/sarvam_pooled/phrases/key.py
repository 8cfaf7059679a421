"""What a phrase is kept under: everything that changes how it sounds.

Pure. A key that misses a setting plays the wrong voice (a bug that other caches had), so it holds a
whole `Voice` and its digest is made from whatever fields a `Voice` has: a field that is added later
is in the key without anybody thinking of it. A field that changes nothing only costs a miss.
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

TRANSFORM_VERSION: Final = 1
"""Raise it when the same text and voice would be stored as other audio: when trimming, fading or
decoding changes, or when `text/` hands on a text that means another sound than before."""

_SARVAM: Final = urlsplit(WS_URL).hostname
_SLUG_BYTES: Final = 60
# A name of a file that belongs to the store; anything else in it is left alone.
FILE_NAME: Final = re.compile(r".+-[0-9a-f]{16}\.wav\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PhraseKey:
    """One text in one voice of one provider.

    Attributes:
        text: As it is spoken, see `as_spoken`.
        provider: Who speaks, see `provider_name`.
        voice: All settings of the voice.
        transform: `TRANSFORM_VERSION` of who made it.
    """

    text: str
    provider: str
    voice: Voice
    transform: int = field(default=TRANSFORM_VERSION)

    @property
    def digest(self) -> str:
        """64 hexadecimal digits that differ when any field does."""
        content = {
            "text": self.text,
            "provider": self.provider,
            "transform": self.transform,
            "voice": {item.name: getattr(self.voice, item.name) for item in fields(self.voice)},
        }
        plain = json.dumps(_canonical(content), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode("ascii")).hexdigest()

    @property
    def path(self) -> PurePosixPath:
        """`<language>/<speaker>/<text>-<digest>.wav`: found by people by its name, by us by its
        digest. Each part is a single harmless name, whatever the settings are."""
        return self.path_under(self.digest)

    def path_under(self, name: str) -> PurePosixPath:
        """The same with 16 other digits than the digest's: the first of `name`."""
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
    """Who answers at this address: "sarvam", or "sarvam@<host>" for anybody else there, so that the
    audio of a stand-in or a gateway is never played as Sarvam's."""
    host = urlsplit(ws_url).hostname or ""
    return "sarvam" if host == _SARVAM else f"sarvam@{host}"


def slug(text: str) -> str:
    """`text` as one part of a path: letters of any script, at most 60 bytes of UTF-8."""
    kept = "".join(char if _is_kept(char) else " " for char in unicodedata.normalize("NFC", text))
    name = "-".join(kept.lower().split())
    # A cut inside a character drops the whole of it.
    return name.encode()[:_SLUG_BYTES].decode(errors="ignore").rstrip("-") or "phrase"


def _is_kept(char: str) -> bool:
    # Letters, the marks that Indic vowels are, and decimal digits.
    category = unicodedata.category(char)
    return category[0] in "LM" or category == "Nd"


def _canonical(value: object) -> object:
    """Equal values written alike: 1 and 1.0 are one pace, as are 0.0 and -0.0."""
    if isinstance(value, dict):
        return {name: _canonical(inner) for name, inner in value.items()}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) + 0.0
    return value
