"""Replies as a peer could have given them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from bench.driver.messages import Said
from bench.results import Reply, judge
from bench.running import ear
from sandbox.voice import word_tones

RATE = 24000
TEXT = "Of course. Which day would suit you best?"


@pytest.fixture
def deliver() -> Callable[..., Reply]:
    """Judges `TEXT` as if `parts` of sound had arrived `at` these seconds."""

    def judge_parts(
        parts: Sequence[bytes], at: Sequence[float] | None = None, failed: str = ""
    ) -> Reply:
        times = at if at is not None else [0.3] * len(parts)
        said = Said(
            number=1,
            sample_rate=RATE,
            chunks=list(zip(times, parts, strict=True)),
            ended=20.0,
            failed=failed,
        )
        return judge(said, TEXT, ear)

    return judge_parts


@pytest.fixture
def sound() -> bytes:
    """`TEXT`, said once."""
    return word_tones(TEXT, sample_rate=RATE)
