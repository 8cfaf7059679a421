"""Where a call's reports go, and what is done when it is slow, as the settings say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from agent.latency import budgets
from agent.timing import CallTiming

from . import made


@asynccontextmanager
async def timing(**variables: str) -> AsyncIterator[Any]:
    """The timing of a call in a room."""
    context = MagicMock()
    context.is_fake_job.return_value = False
    context.job.room.name = "room"
    context._info.accepted_at = None
    settings = made.settings(**variables)
    async with made.parts(**variables) as parts:
        of_call = CallTiming(context, settings, parts, budget=budgets.load_budget("1200"))
        yield of_call
        await of_call.aclose()


@pytest.mark.parametrize("in_room", [True, False])
async def test_reports_go_to_the_room_if_they_may(in_room: bool) -> None:
    """And the page may switch optimisations only then."""
    async with timing(TIMING_IN_ROOM=str(in_room).lower()) as of_call:
        assert (of_call._publisher._send is not None) is in_room
        of_call.offer_switches()
        offered = of_call._ctx.room.local_participant.register_rpc_method
        assert offered.called is in_room


async def test_a_call_has_a_file_if_there_is_a_folder(tmp_path: Path) -> None:
    """In that folder."""
    async with timing() as of_call:
        assert of_call._publisher._open_journal is None
    async with timing(JOURNAL_DIR=str(tmp_path)) as of_call:
        assert of_call._publisher._open_journal.args[0] == tmp_path


async def test_a_slow_call_is_relieved_as_the_settings_say() -> None:
    """By what they name, which by default is nothing."""
    for relief, hedges in (("", False), ("hedge", True)):
        async with timing(TTS_HEDGE="false", LATENCY_RELIEF=relief) as of_call:
            of_call._publisher._on_slow(True, "voice")
            assert of_call._parts.first_voice._options.synthesis.hedge is hedges
