"""The clock on which every test runs."""

import asyncio
from collections.abc import Callable

import pytest

from tests.support import virtual_clock


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """A stall of the machine takes no virtual time, so it breaks no time limit of a test."""
    if any(item.get_closest_marker(name) for name in ("real_clock", "real_time")):
        return {"real": asyncio.new_event_loop}
    return {"virtual": virtual_clock.new_event_loop}
