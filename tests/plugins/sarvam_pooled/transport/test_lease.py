"""A lease ends once, one way or the other."""

from __future__ import annotations

from typing import cast

import pytest
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from livekit.plugins.sarvam_pooled.transport.lease import Lease

CONNECTION = cast("Connection", object())


@pytest.mark.parametrize(("first", "reusable"), [("release", True), ("discard", False)])
@pytest.mark.parametrize("second", ["release", "discard"])
def test_only_the_first_end_of_a_lease_counts(first: str, reusable: bool, second: str) -> None:
    """After it the connection may already belong to another Segment."""
    ends: list[bool] = []
    lease = Lease(CONNECTION, ends.append, waited=0.0, reused=True)
    for end in (first, second):
        getattr(lease, end)()
    assert ends == [reusable]
