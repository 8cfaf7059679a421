"""A phrase as a WAV file that any player plays, and that alone tells whether it is whole.

Pure. The layout is RIFF with three chunks, always in this order:

    fmt    PCM, mono, 16 bits
    phrs   64 hexadecimal digits, the SHA-256 of all that follows them; then JSON (`_about`)
    data   the samples

Players skip `phrs`, whose kind they do not know. The phrase and what it is are one file, so that
one rename makes both or none of them visible. Every byte is either fixed by the layout or under the
checksum: a cut, a flipped bit or a file of somebody else's cannot pass for a phrase.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from ..voice import Voice
from .key import PhraseKey
from .phrase import Fault, Phrase, WrongPhrase

FORMAT: Final = 1
"""Version of the layout and of the JSON."""

HEAD_BYTES: Final = 65_536
"""So many bytes from the beginning hold everything but the samples."""

_FMT_SIZE: Final = 16
_PHRS_AT: Final = 12 + 8 + _FMT_SIZE
_JSON_AT: Final = _PHRS_AT + 8 + 64


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in front of the samples; not yet checked against them.

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


def encode(phrase: Phrase) -> bytes:
    """The file of a phrase."""
    about = json.dumps(_about(phrase), separators=(",", ":")).encode("ascii")
    # Chunks begin at even offsets.
    about += b" " * (len(about) % 2)
    data = b"data" + struct.pack("<I", len(phrase.pcm)) + phrase.pcm
    checksum = hashlib.sha256(about + data).hexdigest().encode("ascii")
    phrs = b"phrs" + struct.pack("<I", len(checksum) + len(about)) + checksum + about
    body = b"WAVE" + _fmt(phrase.sample_rate) + phrs + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def decode(file: bytes) -> Phrase:
    """The phrase in a file.

    Raises:
        WrongPhrase: It is empty, cut, altered, foreign or of another version.
    """
    _check_frame(file, size=len(file))
    checksum = hashlib.sha256(memoryview(file)[_JSON_AT:]).hexdigest()
    if file[_JSON_AT - 64 : _JSON_AT] != checksum.encode("ascii"):
        raise WrongPhrase(Fault.ALTERED)
    head = read_head(file, size=len(file))
    return Phrase(
        key=head.key,
        pcm=file[head.data_at :],
        sample_rate=head.sample_rate,
        created=head.created,
        first_audio=head.first_audio,
    )


def read_head(beginning: bytes, *, size: int) -> Head:
    """What a file of `size` bytes is, from its first `HEAD_BYTES`.

    Raises:
        WrongPhrase: As `decode`, as far as the head and the size tell.
    """
    _check_frame(beginning, size=size)
    (phrs_size,) = struct.unpack_from("<I", beginning, _PHRS_AT + 4)
    data_at = _PHRS_AT + 8 + phrs_size + 8
    if phrs_size < 64 or data_at > len(beginning):
        raise WrongPhrase(Fault.ALTERED)
    data_name, data_bytes = struct.unpack_from("<4sI", beginning, data_at - 8)
    if data_name != b"data" or data_at + data_bytes != size:
        raise WrongPhrase(Fault.ALTERED)
    if not data_bytes or data_bytes % 2:
        raise WrongPhrase(Fault.EMPTY)
    about = _read_about(beginning[_JSON_AT : data_at - 8])
    (sample_rate,) = struct.unpack_from("<I", beginning, 24)
    if sample_rate != about.get("sample_rate") or beginning[12:_PHRS_AT] != _fmt(sample_rate):
        raise WrongPhrase(Fault.ALTERED)
    try:
        created, first_audio = float(about["created"]), float(about["first_audio"])
    except (KeyError, TypeError, ValueError):
        raise WrongPhrase(Fault.OLDER) from None
    return Head(_key(about), sample_rate, created, first_audio, data_at, data_bytes)


def sidecar(head: Head | Phrase) -> bytes:
    """The same JSON for people and their tools, as a file of its own."""
    return json.dumps(_about(head), indent=2, ensure_ascii=False).encode(errors="replace") + b"\n"


def _about(phrase: Phrase | Head) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "text": phrase.key.text,
        "provider": phrase.key.provider,
        "transform": phrase.key.transform,
        "voice": asdict(phrase.key.voice),
        "sample_rate": phrase.sample_rate,
        "created": phrase.created,
        "first_audio": phrase.first_audio,
        "digest": phrase.key.digest,
    }


def _fmt(sample_rate: int) -> bytes:
    byte_rate = sample_rate * 2 % 2**32
    return b"fmt " + struct.pack("<IHHIIHH", _FMT_SIZE, 1, 1, sample_rate, byte_rate, 2, 16)


def _check_frame(beginning: bytes, *, size: int) -> None:
    """Raises WrongPhrase unless a file of this size begins as one of ours."""
    if not size:
        raise WrongPhrase(Fault.EMPTY)
    if not beginning.startswith(b"RIFF"[: len(beginning)]):
        raise WrongPhrase(Fault.FOREIGN)
    if len(beginning) < _JSON_AT:
        raise WrongPhrase(Fault.CUT)
    if beginning[8:12] != b"WAVE" or beginning[_PHRS_AT : _PHRS_AT + 4] != b"phrs":
        raise WrongPhrase(Fault.FOREIGN)
    told = struct.unpack_from("<I", beginning, 4)[0] + 8
    if told != size:
        raise WrongPhrase(Fault.CUT if size < told else Fault.ALTERED)


def _read_about(text: bytes) -> dict[str, Any]:
    try:
        about = json.loads(text)
    except ValueError:
        raise WrongPhrase(Fault.ALTERED) from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise WrongPhrase(Fault.OLDER)
    return about


def _key(about: dict[str, Any]) -> PhraseKey:
    """Raises WrongPhrase if the key cannot be the one that the file was written for."""
    given = about.get("voice")
    if not isinstance(given, dict) or set(given) != {item.name for item in fields(Voice)}:
        raise WrongPhrase(Fault.OLDER)
    try:
        key = PhraseKey(
            text=about["text"],
            provider=about["provider"],
            voice=Voice(**given),
            transform=about["transform"],
        )
        digest = key.digest
    except (KeyError, TypeError, ValueError):
        # A value that this version of `Voice` refuses: nobody can ask for it any more.
        raise WrongPhrase(Fault.OLDER) from None
    if digest != about.get("digest"):
        raise WrongPhrase(Fault.ALTERED)
    return key
