"""Typed text as it comes from a room: read up to the limit, answered once, refused with a word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import pytest
from livekit import rtc

from agent.call.limits import typed
from agent.call.limits.text import LENGTH, PER_MINUTE, TIMEOUT, Refusal
from agent.call.limits.typed import TypedText
from tests.support import virtual_clock

CALLER = "caller"


class Reader:
    """A text that comes in pieces, `every` so many seconds; counts what is taken of it.

    Args:
        breaks: The sender gives up behind the last piece.
        size: Bytes that the sender announces; 0 if it does not know.
    """

    def __init__(
        self, *pieces: str, every: float = 0.0, breaks: bool = False, size: int = 0
    ) -> None:
        self._pieces = pieces
        self._every = every
        self._breaks = breaks
        self.info = SimpleNamespace(size=size)
        self.taken = 0
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[str]:
        for piece in self._pieces:
            await asyncio.sleep(self._every)
            self.taken += len(piece)
            yield piece
        if self._breaks:
            raise rtc.StreamError("aborted")

    def close(self) -> None:
        self.is_closed = True


class Room:
    """A room, a session tied to it, and what became of the texts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, linked: str | None = CALLER) -> None:
        self.answered: list[str] = []
        self.refused: list[Refusal] = []
        self.handlers: dict[str, Callable[[Any, str], None]] = {}
        self.error: RuntimeError | None = None
        caller = SimpleNamespace(identity=linked) if linked else None
        session: Any = SimpleNamespace(room_io=SimpleNamespace(linked_participant=caller))
        monkeypatch.setattr(typed, "_answer", self._answer)
        self.typed = TypedText(session, notify=self.refused.append)
        room: Any = self
        self.typed.listen(room)

    async def _answer(self, _: object, event: Any) -> None:
        if self.error:
            raise self.error
        self.answered.append(event.text)

    def register_text_stream_handler(self, topic: str, handler: Any) -> None:
        self.handlers[topic] = handler

    def unregister_text_stream_handler(self, topic: str) -> None:
        del self.handlers[topic]

    def type(self, reader: Reader, *, by: str = CALLER) -> Reader:
        """Somebody in the room begins a text."""
        self.handlers["lk.chat"](reader, by)
        return reader

    async def settle(self) -> None:
        """Wait until nothing is read any more."""
        while self.typed._reading:
            await asyncio.wait(self.typed._reading)
            await asyncio.sleep(0)


@pytest.fixture
def in_room(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Room]:
    """Acts a scenario out on a virtual clock, and returns the room."""

    def act(scenario: Callable[[Room], Coroutine[Any, Any, None]], **given: Any) -> Room:
        async def play() -> Room:
            room = Room(monkeypatch, **given)
            await scenario(room)
            await room.settle()
            return room

        return virtual_clock.run(play())

    return act


def test_a_text_is_answered_whole(in_room: Callable[..., Room]) -> None:
    """In pieces, to the last character that may be typed; a blank one is none."""

    async def scenario(room: Room) -> None:
        room.type(Reader("When are ", "you open?"))
        await room.settle()
        room.type(Reader("x" * LENGTH))
        room.type(Reader(" \n"))
        room.type(Reader())

    room = in_room(scenario)
    assert room.answered == ["When are you open?", "x" * LENGTH]
    assert room.refused == []


def test_of_a_long_text_no_more_is_read_than_may_be_typed(in_room: Callable[..., Room]) -> None:
    """3 MB, of which the second piece is the last one that is looked at; the caller hears why."""
    reader = Reader(*["x" * 15_000] * 200)

    async def scenario(room: Room) -> None:
        room.type(reader)

    room = in_room(scenario)
    assert reader.taken == 15_000
    assert reader.is_closed
    assert (room.answered, room.refused) == ([], [Refusal.TOO_LONG])


def test_a_text_without_an_end_is_given_up(in_room: Callable[..., Room]) -> None:
    """One character a second would be read for a quarter of an hour."""
    reader = Reader(*"endless" * 200, every=1.0)

    async def scenario(room: Room) -> None:
        room.type(reader)

    room = in_room(scenario)
    assert reader.taken <= TIMEOUT
    assert reader.is_closed
    assert (room.answered, room.refused) == ([], [Refusal.TOO_LONG])


def test_a_flood_is_cut_off_with_one_notice(in_room: Callable[..., Room]) -> None:
    """Streams beyond the minute's number are closed unread, so that none is kept; later ones are
    answered again."""
    readers = [Reader("Hello?") for _ in range(1_000)]

    async def scenario(room: Room) -> None:
        for reader in readers:
            room.type(reader)
        await asyncio.sleep(60)
        room.type(Reader("Still there?"))

    room = in_room(scenario)
    assert all(reader.is_closed for reader in readers)
    assert sum(reader.taken > 0 for reader in readers) == PER_MINUTE
    assert room.answered == ["Hello?"] * PER_MINUTE + ["Still there?"]
    assert room.refused == [Refusal.TOO_MANY]


@pytest.mark.parametrize("linked", [CALLER, None])
def test_only_the_caller_is_answered(in_room: Callable[..., Room], linked: str | None) -> None:
    """Somebody else in the room is not, nor anybody before there is a caller; nothing is kept."""
    reader = Reader("Tell me all.")

    async def scenario(room: Room) -> None:
        for _ in range(PER_MINUTE + 1):
            room.type(reader, by="stranger")

    room = in_room(scenario, linked=linked)
    assert (room.answered, room.refused, reader.taken) == ([], [], 0)
    assert reader.is_closed


def test_a_text_that_is_announced_as_too_long_is_not_read(in_room: Callable[..., Room]) -> None:
    """Its bytes may never come: the room ends a stream that is too long (see `joining.py`)."""
    long = Reader("x", size=4 * LENGTH + 1, breaks=True)

    async def scenario(room: Room) -> None:
        room.type(long)
        await room.settle()
        room.type(Reader("\N{CHEERING MEGAPHONE}" * LENGTH, size=4 * LENGTH))

    room = in_room(scenario)
    assert (long.taken, long.is_closed, room.refused) == (0, True, [Refusal.TOO_LONG])
    assert len(room.answered) == 1


def test_what_cannot_be_answered_is_no_error(in_room: Callable[..., Room]) -> None:
    """A sender who gives up, a session that closes, and a call that is ending."""
    late = Reader("Hello?", "One more thing", every=1.0)

    async def scenario(room: Room) -> None:
        room.type(Reader("Hel", breaks=True))
        room.error = RuntimeError("the session is closing")
        room.type(Reader("Hello?"))
        await room.settle()
        room.error = None
        room.type(late)
        await asyncio.sleep(1.5)
        room.typed.stop()
        room.typed.stop()
        assert "lk.chat" not in room.handlers

    room = in_room(scenario)
    assert (room.answered, room.refused) == ([], [])
    assert late.is_closed
