"""A reply with which nothing is wrong."""

from bench.results import Reply
from bench.wording import Wording

GOOD = Reply(
    text="Yes.",
    first_audible=0.3,
    last_arrived=1.0,
    sounds=2.0,
    holes=(),
    late=(),
    ends_late=0.0,
    wording=Wording(),
    failed="",
)
