"""What a command of the bench does to its whole process is undone after each test."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def loud() -> Iterator[None]:
    """The commands silence all logging, which other tests read."""
    yield
    logging.disable(logging.NOTSET)
