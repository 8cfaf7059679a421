"""A phrase as a WAV file that any player plays, and that carries its own checksum.

The module is pure. The layout is RIFF with three chunks, always in this order:

    fmt    PCM, mono, 16 bits
    phrs   checksum of everything after it, 64 hexadecimal digits (`signing.py`); JSON (`_about`)
    data   the samples

Players skip the unknown chunk `phrs`. The phrase and its description are one file, so that one
rename makes both visible. Every byte is either fixed by the layout or covered by the checksum: a
truncated file, a flipped bit or a file of another kind cannot pass for a phrase. Without a
signature anyone can write a phrase with a correct checksum, so nothing in a file is trusted, and
every error is a `WrongPhrase`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final, get_type_hints

from ..duration import max_duration
from ..voice import Voice
from .key import PhraseKey
from .phrase import Defect, Phrase, WrongPhrase
from .signing import Signer

FORMAT: Final = 1
"""Version of the layout and of the JSON."""

HEADER_BYTES: Final = 65_536
"""The first bytes of a file that hold everything except the samples."""

MAX_BYTES: Final = 16 * 1024 * 1024
"""Five minutes of speech. A larger file is not a phrase."""

_FMT_SIZE: Final = 16
_PHRS_AT: Final = 12 + 8 + _FMT_SIZE
_JSON_AT: Final = _PHRS_AT + 8 + 64
_UNSIGNED: Final = Signer()
# A field -> the type of its values.
_KEY: Final = {"text": str, "provider": str, "transform": int}
_VOICE: Final[dict[str, Any]] = get_type_hints(Voice)
_MAX_CREATED: Final = 253_402_300_799.0  # Unix time at the end of the year 9999
_MAX_FIRST_AUDIO: Final = 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class Header:
    """The part of a file before the samples, not yet checked against them.

    Attributes:
        key: The phrase's key.
        sample_rate: Hz.
        created: Unix time in seconds.
        first_audio: Seconds, see `Phrase`.
        data_at: Offset of the first sample.
        data_bytes: Bytes of samples.
    """

    key: PhraseKey
    sample_rate: int
    created: float
    first_audio: float
    data_at: int
    data_bytes: int


def encode(phrase: Phrase, *, signer: Signer = _UNSIGNED) -> bytes:
    """The file of a phrase."""
    about = json.dumps(_about(phrase), separators=(",", ":")).encode("ascii")
    # Chunks begin at even offsets.
    about += b" " * (len(about) % 2)
    data = b"data" + struct.pack("<I", len(phrase.pcm)) + phrase.pcm
    checksum = signer.sign(about + data)
    phrs = b"phrs" + struct.pack("<I", len(checksum) + len(about)) + checksum + about
    body = b"WAVE" + _fmt(phrase.sample_rate) + phrs + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def decode(file: bytes, *, signer: Signer = _UNSIGNED) -> Phrase:
    """The phrase in a file.

    Raises:
        WrongPhrase: It is empty, truncated, altered, foreign, of another version, or has another
            signature; nothing else is raised, whatever the file holds.
    """
    with _only_wrong_phrases():
        _check_envelope(file, size=len(file))
        if not signer.verify(memoryview(file)[_JSON_AT:], file[_JSON_AT - 64 : _JSON_AT]):
            raise WrongPhrase(Defect.UNSIGNED if signer.has_key else Defect.ALTERED)
        header = _header(file[:HEADER_BYTES], size=len(file))
        return Phrase(
            key=header.key,
            pcm=file[header.data_at :],
            sample_rate=header.sample_rate,
            created=header.created,
            first_audio=header.first_audio,
        )


def read_header(beginning: bytes, *, size: int) -> Header:
    """The header of a file of `size` bytes, from its first `HEADER_BYTES`.

    Raises:
        WrongPhrase: The header or the size shows a defect, see `decode`.
    """
    with _only_wrong_phrases():
        return _header(beginning, size=size)


@contextmanager
def _only_wrong_phrases() -> Iterator[None]:
    """Parsers fail in many ways at crafted input (recursion, overflow, types), and their messages
    would quote the file, and so the text."""
    try:
        yield
    except WrongPhrase:
        raise
    except Exception:
        raise WrongPhrase(Defect.FOREIGN) from None


def _header(beginning: bytes, *, size: int) -> Header:
    _check_envelope(beginning, size=size)
    (phrs_size,) = struct.unpack_from("<I", beginning, _PHRS_AT + 4)
    data_at = _PHRS_AT + 8 + phrs_size + 8
    if phrs_size < 64 or data_at > len(beginning):
        raise WrongPhrase(Defect.ALTERED)
    data_name, data_bytes = struct.unpack_from("<4sI", beginning, data_at - 8)
    if data_name != b"data" or data_at + data_bytes != size:
        raise WrongPhrase(Defect.ALTERED)
    if not data_bytes or data_bytes % 2:
        raise WrongPhrase(Defect.EMPTY)
    about = _read_about(beginning[_JSON_AT : data_at - 8])
    (sample_rate,) = struct.unpack_from("<I", beginning, 24)
    if sample_rate != about.get("sample_rate") or beginning[12:_PHRS_AT] != _fmt(sample_rate):
        raise WrongPhrase(Defect.ALTERED)
    key = _key(about)
    if sample_rate != key.voice.speech_sample_rate:
        raise WrongPhrase(Defect.ALTERED)
    # Nothing longer is ever made for this text: the file was crafted.
    if data_bytes / 2 / sample_rate > max_duration(key.text, pace=key.voice.pace):
        raise WrongPhrase(Defect.FOREIGN)
    created = _seconds(about, "created", at_most=_MAX_CREATED)
    first_audio = _seconds(about, "first_audio", at_most=_MAX_FIRST_AUDIO)
    return Header(key, sample_rate, created, first_audio, data_at, data_bytes)


def sidecar(header: Header | Phrase) -> bytes:
    """The description as a file of its own, for people and their tools."""
    return json.dumps(_about(header), indent=2, ensure_ascii=False).encode(errors="replace") + b"\n"


def _about(phrase: Phrase | Header) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "text": phrase.key.text,
        "provider": phrase.key.provider,
        "transform": phrase.key.audio_version,
        "voice": asdict(phrase.key.voice),
        "sample_rate": phrase.sample_rate,
        "created": phrase.created,
        "first_audio": phrase.first_audio,
        "digest": phrase.key.digest,
    }


def _fmt(sample_rate: int) -> bytes:
    byte_rate = sample_rate * 2 % 2**32
    return b"fmt " + struct.pack("<IHHIIHH", _FMT_SIZE, 1, 1, sample_rate, byte_rate, 2, 16)


def _check_envelope(beginning: bytes, *, size: int) -> None:
    """Raises WrongPhrase unless the beginning fits a phrase of this size."""
    if not size:
        raise WrongPhrase(Defect.EMPTY)
    if not beginning.startswith(b"RIFF"[: len(beginning)]):
        raise WrongPhrase(Defect.FOREIGN)
    if len(beginning) < _JSON_AT:
        raise WrongPhrase(Defect.TRUNCATED)
    if beginning[8:12] != b"WAVE" or beginning[_PHRS_AT : _PHRS_AT + 4] != b"phrs":
        raise WrongPhrase(Defect.FOREIGN)
    declared = struct.unpack_from("<I", beginning, 4)[0] + 8
    if declared != size:
        raise WrongPhrase(Defect.TRUNCATED if size < declared else Defect.ALTERED)


def _read_about(text: bytes) -> dict[str, Any]:
    try:
        about = json.loads(text)
    except ValueError:
        raise WrongPhrase(Defect.ALTERED) from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise WrongPhrase(Defect.OTHER_VERSION)
    return about


def _key(about: dict[str, Any]) -> PhraseKey:
    """Raises WrongPhrase if the file cannot have been written for its key."""
    fields = about.get("voice")
    if not isinstance(fields, dict) or fields.keys() != _VOICE.keys():
        raise WrongPhrase(Defect.OTHER_VERSION)
    if not about.keys() >= _KEY.keys():
        raise WrongPhrase(Defect.OTHER_VERSION)
    if not (_are_of(_KEY, about) and _are_of(_VOICE, fields)):
        raise WrongPhrase(Defect.FOREIGN)
    try:
        voice = Voice(**fields)
    except ValueError:
        # This version of `Voice` refuses the value, so the phrase can never be played.
        raise WrongPhrase(Defect.OTHER_VERSION) from None
    key = PhraseKey(
        text=about["text"],
        provider=about["provider"],
        voice=voice,
        audio_version=about["transform"],
    )
    if key.digest != about.get("digest"):
        raise WrongPhrase(Defect.ALTERED)
    return key


def _are_of(kinds: Mapping[str, Any], values: Mapping[str, object]) -> bool:
    return all(_is_a(kind, values[name]) for name, kind in kinds.items())


def _is_a(kind: Any, value: object) -> bool:
    """Whether `value` has the type of a field. In JSON an integer is a float too, and a boolean is
    not a number."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _seconds(about: dict[str, Any], name: str, *, at_most: float) -> float:
    """Raises WrongPhrase unless the field is a number of seconds from 0 to `at_most`."""
    value = about.get(name)
    if not _is_a(float, value):
        raise WrongPhrase(Defect.OTHER_VERSION)
    # Also false for NaN.
    if not 0 <= value <= at_most:  # type: ignore[operator]
        raise WrongPhrase(Defect.FOREIGN)
    return float(value)  # type: ignore[arg-type]
