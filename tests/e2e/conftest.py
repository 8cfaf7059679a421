"""Calls in real rooms share one stack, brought up as for a new user."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from sandbox.stack.stack import StackOptions
from tests.support.stack_options import stack_options

MakeOptions = Callable[..., StackOptions]


@pytest.fixture
def make_options(tmp_path: Path) -> MakeOptions:
    """Options of a stack; keywords are settings."""
    return partial(stack_options, tmp_path)
