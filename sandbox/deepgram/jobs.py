"""The jobs of the recogniser's process and their answers, as bytes. Pure.

A job is a header (kind, utterance, bytes of sound) and its sound. Only `partial` and `finish` are
answered, in the order of the jobs, each by one line of JSON: a list of words.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import BinaryIO, Literal, TypeAlias, get_args

from .transcript import Word

Kind: TypeAlias = Literal["begin", "feed", "partial", "finish", "discard"]
"""What to do with an utterance."""

_KINDS: tuple[Kind, ...] = get_args(Kind)
_HEADER = struct.Struct("<BII")


def pack_job(kind: Kind, utterance: int, pcm: bytes = b"") -> bytes:
    """A job; `utterance` is the number of the utterance."""
    return _HEADER.pack(_KINDS.index(kind), utterance, len(pcm)) + pcm


def read_jobs(pipe: BinaryIO) -> Iterator[tuple[Kind, int, bytes]]:
    """The jobs, until their sender is gone."""
    while len(header := pipe.read(_HEADER.size)) == _HEADER.size:
        kind, utterance, size = _HEADER.unpack(header)
        yield _KINDS[kind], utterance, pipe.read(size)


def pack_answer(words: tuple[Word, ...]) -> bytes:
    """An answer, one line."""
    rows = [(word.written, word.start, word.end, word.confidence) for word in words]
    return json.dumps(rows).encode() + b"\n"


def unpack_answer(line: bytes) -> tuple[Word, ...]:
    """The words of an answer."""
    return tuple(
        Word(written=written, start=start, end=end, confidence=confidence)
        for written, start, end, confidence in json.loads(line)
    )
