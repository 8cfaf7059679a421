"""What a command does to the logging of its whole process is undone after each test."""

import logging
from collections.abc import Iterator

import pytest

SILENCED = [logging.getLogger(name) for name in ("livekit", "livekit.plugins.sarvam_pooled")]


@pytest.fixture(autouse=True)
def all_logging() -> Iterator[None]:
    """Commands silence what other tests read, also those that a whole file of tests shares."""
    _hear_all()
    yield
    _hear_all()


def _hear_all() -> None:
    logging.disable(logging.NOTSET)
    for logger in SILENCED:
        logger.setLevel(logging.NOTSET)
