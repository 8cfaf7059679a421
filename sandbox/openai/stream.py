"""One streamed reply: its events in time, and the fault that strikes it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

from aiohttp import web

from sandbox.conditions import Fault

from .account import Exchange
from .chunks import Event, Generation, events
from .errors import server_error
from .pacing import Pace, send_events, sleep_until

_CONTENT_TYPE = "text/event-stream; charset=utf-8"
_GARBAGE = b'data: {"id":"chatcmpl-\xff\xfe","choices":[{"de\n\n'


class ReplyStream:
    """The stream of one reply to one request."""

    def __init__(
        self,
        generation: Generation,
        exchange: Exchange,
        stats: Counter[str],
        *,
        include_usage: bool,
        fault: Fault | None,
    ) -> None:
        self._generation = generation
        self._exchange = exchange
        self._stats = stats
        self._fault = fault
        self._events = events(generation, include_usage=include_usage)
        # Before the finish reason, the usage if requested, and [DONE].
        self._end = len(self._events) - 2 - include_usage

    async def send(
        self, request: web.Request, headers: dict[str, str], pace: Pace
    ) -> web.StreamResponse:
        """Answer `request` at that pace; the head of the response leaves with the first piece."""
        response = web.StreamResponse(headers={**headers, "Content-Type": _CONTENT_TYPE})
        await sleep_until(pace.start)
        await response.prepare(request)
        struck = self._struck()
        await send_events(self._events[:struck], pace, response.write, self._sent)
        if struck < len(self._events):
            self._exchange.ending = "broken"
            await self._strike(request, response, self._events[struck:], pace)
        else:
            self._exchange.ending = self._generation.finish
        return response

    def _struck(self) -> int:
        """The index of the event at which the fault strikes; past the last if there is none."""
        match self._fault:
            case Fault(kind="drop" | "stall" | "error" | "close" | "garbage", at=at):
                return min(int(at * len(self._events)), len(self._events) - 1)
            case Fault(kind="no_end"):
                return self._end
            case _:
                return len(self._events)

    async def _strike(
        self,
        request: web.Request,
        response: web.StreamResponse,
        rest: list[Event],
        pace: Pace,
    ) -> None:
        match self._fault:
            case Fault(kind="garbage"):
                await response.write(_GARBAGE)
                await send_events(rest[1:], pace, response.write, self._sent)
            case Fault(kind="error", code=code):
                body = json.dumps(server_error(code).body.to_json())
                await response.write(f"data: {body}\n\n".encode())
            case Fault(kind="drop"):
                if request.transport is not None:
                    request.transport.abort()
            case Fault(kind="stall" | "no_end"):
                await asyncio.Event().wait()

    def _sent(self, event: Event) -> None:
        if event.characters:
            self._exchange.sent_characters += event.characters
            self._stats["tokens"] += 1
