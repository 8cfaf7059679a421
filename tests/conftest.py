"""What a command does to the logging of its whole process is undone after each test."""

import logging
from collections.abc import Iterator

import pytest

OURS = logging.getLogger("livekit.plugins.sarvam_pooled")


@pytest.fixture(autouse=True)
def all_logging() -> Iterator[None]:
    """Commands silence what other tests read, also those that a whole file of tests shares."""
    logging.disable(logging.NOTSET)
    OURS.setLevel(logging.NOTSET)
    yield
    logging.disable(logging.NOTSET)
    OURS.setLevel(logging.NOTSET)
