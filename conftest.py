"""No test depends on the speed of the machine: here are its clock, and the time it may take."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

from tests.support import virtual_clock

# Hypothesis limits the time of an example, and of making one.
settings.register_profile(
    "any speed",
    settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("any speed")


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """A stall of the machine takes no virtual time, so it breaks no time limit of a test."""
    if any(item.get_closest_marker(name) for name in ("real_clock", "real_time")):
        return {"real": asyncio.new_event_loop}
    return {"virtual": virtual_clock.new_event_loop}
