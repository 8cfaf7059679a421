"""A reply with which nothing is wrong."""

from bench.hearing.words import WordDiff
from bench.tts.results import HeardReply

GOOD = HeardReply(
    text="Yes.",
    first_audible=0.3,
    last_arrived=1.0,
    sounds=2.0,
    holes=(),
    late=(),
    ends_late=0.0,
    word_diff=WordDiff(),
    failed="",
)
