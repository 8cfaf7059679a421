"""The recogniser's process: `python -m sandbox.deepgram.worker`, jobs in, answers out.

A job is a header (kind, utterance, bytes of sound) and its sound. Only `heard` and `finish` are
answered, in the order they were asked, each with one line of JSON: a list of words. The process
ends with its input.
"""

from __future__ import annotations

import json
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO, Literal, TypeAlias, get_args

from .recogniser import Listener, Recogniser
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


def work(
    jobs: Iterator[tuple[Kind, int, bytes]],
    answer: Callable[[bytes], object],
    recogniser: Recogniser,
) -> None:
    """Do the jobs. An utterance whose begin went to a worker that died has no words."""
    utterances: dict[int, Listener] = {}
    for kind, number, pcm in jobs:
        if kind == "begin":
            utterances[number] = recogniser.listen()
            continue
        listener = utterances.get(number)
        words: tuple[Word, ...] = ()
        if listener is not None:
            if kind == "feed":
                listener.feed(pcm)
            elif kind == "heard":
                words = listener.heard()
            else:
                words = utterances.pop(number).finish()
        if kind in ("heard", "finish"):
            answer(pack_answer(words))


def main() -> None:
    """Work until the input ends."""
    # Ctrl-C goes to the whole foreground; whoever started this process ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def answer(line: bytes) -> None:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()

    work(read_jobs(sys.stdin.buffer), answer, Recogniser())


if __name__ == "__main__":
    main()
