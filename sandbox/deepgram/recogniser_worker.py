"""The recogniser's process: `python -m sandbox.deepgram.recogniser_worker`, jobs in, answers out.

It ends with its input. Nothing imports it: the stand-in's own process does not load pocketsphinx.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator

from .jobs import Kind, pack_answer, read_jobs
from .recogniser import Listener, Recogniser
from .transcript import Word


def work(
    jobs: Iterator[tuple[Kind, int, bytes]],
    answer: Callable[[bytes], object],
    recogniser: Recogniser,
) -> None:
    """Do the jobs. An utterance that began in a process that died has no words."""
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
            elif kind == "partial":
                words = listener.partial()
            else:
                words = utterances.pop(number).finish()
        if kind in ("partial", "finish"):
            answer(pack_answer(words))


def main() -> None:
    """Work until the input ends."""
    # Ctrl-C reaches the whole foreground group; the parent ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def answer(line: bytes) -> None:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()

    work(read_jobs(sys.stdin.buffer), answer, Recogniser())


if __name__ == "__main__":
    main()
