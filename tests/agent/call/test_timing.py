"""Where a call's reports go, as the settings say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, MagicMock, call

import pytest
from livekit import rtc

from agent.assistant.stock_speech import StockSpeech
from agent.call.timing import CallTiming
from agent.latency import budgets
from tests.support.clinic import CLINIC

from .. import made


@asynccontextmanager
async def timing(session: Any = None, **variables: str) -> AsyncIterator[Any]:
    """The timing of a call in a room."""
    context = MagicMock()
    context.is_fake_job.return_value = False
    context.job.room.name = "room"
    async with made.components(**variables) as components:
        of_call = CallTiming(
            context,
            components,
            session or Session(),
            setup=MagicMock(marks={}),
            budget=budgets.load_budget("1200"),
            speech=StockSpeech(CLINIC.phrases, components.settings.language, lambda _: None),
            mitigate=lambda *_: None,
        )
        yield of_call
        await of_call.aclose()


@pytest.mark.parametrize("in_room", [True, False])
async def test_reports_go_to_the_room_if_they_may(in_room: bool) -> None:
    """By default they do not, as in production."""
    given = {"TIMING_IN_ROOM": "true"} if in_room else {}
    async with timing(**given) as of_call:
        assert (of_call._publisher._send is not None) is in_room


class Session(rtc.EventEmitter[str]):
    """A session; `room_io` is LiveKit's, which there is only while it is started."""

    usage = SimpleNamespace(model_usage=[])
    linked: Any = None
    started = False

    @property
    def room_io(self) -> Any:
        """As LiveKit's property."""
        if not self.started:
            raise RuntimeError("Cannot access room_io")
        return SimpleNamespace(linked_participant=self.linked)


async def test_a_report_goes_to_the_caller_of_the_call_alone() -> None:
    """To nobody before there is one, and still to them once the session has closed."""
    async with timing(session := Session(), TIMING_IN_ROOM="true") as of_call:
        room = of_call._ctx.room
        room.remote_participants = {"stranger": None, "caller": None}
        room.local_participant.send_text = send = AsyncMock()
        await of_call._send("before the session")
        session.started = True
        await of_call._send("before the caller")
        session.linked = SimpleNamespace(identity="caller")
        await of_call._send("a turn")
        session.started = False
        await of_call._send("the last")
        del room.remote_participants["caller"]
        await of_call._send("to a caller who has left")
        to_caller = {"topic": "agent.latency", "destination_identities": ["caller"]}
        assert send.mock_calls == [call("a turn", **to_caller), call("the last", **to_caller)]


async def test_a_call_has_a_file_if_there_is_a_folder(tmp_path: Path) -> None:
    """In that folder."""
    async with timing() as of_call:
        assert of_call._publisher._open_journal is None
    async with timing(JOURNAL_DIR=str(tmp_path)) as of_call:
        assert of_call._publisher._open_journal.args[0] == tmp_path
