"""What a command does to the logging of its whole process is undone after each test."""

import logging
from collections.abc import Iterator

import pytest

OURS = logging.getLogger("livekit.plugins.sarvam_pooled")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Commands silence what other tests read."""
    disabled, level = logging.root.manager.disable, OURS.level
    yield
    logging.disable(disabled)
    OURS.setLevel(level)
