"""What goes to the recogniser's process and comes back. Pure.

A job is a header (kind, utterance, bytes of sound) and its sound. Only `heard` and `finish` are
answered, in the order they were asked, each with one line of JSON: a list of words.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import BinaryIO, Literal, TypeAlias, get_args

from .transcript import Word

Kind: TypeAlias = Literal["begin", "feed", "heard", "finish", "discard"]
"""What is to be done with an utterance."""

_KINDS: tuple[Kind, ...] = get_args(Kind)
_HEADER = struct.Struct("<BII")


def pack_job(kind: Kind, utterance: int, pcm: bytes = b"") -> bytes:
    """A job for the worker; `utterance` numbers the utterances."""
    return _HEADER.pack(_KINDS.index(kind), utterance, len(pcm)) + pcm


def read_jobs(pipe: BinaryIO) -> Iterator[tuple[Kind, int, bytes]]:
    """The jobs that come, until their sender is gone."""
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
