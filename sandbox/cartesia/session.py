"""One WebSocket of the stand-in: passes each message to its context, and watches the clock."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import replace
from typing import Any

from sandbox.conditions import Fault
from sandbox.slow_socket import SlowSocket

from . import problems
from .account import Account
from .context import Context
from .problems import CONTEXT_CLOSED, TOO_MANY, Problem
from .requests import CancelRequest, ContextRequest, read_message


class Session:
    """One connection, from its handshake to its end; its contexts are spoken side by side."""

    def __init__(self, socket: SlowSocket, account: Account, *, version: str) -> None:
        self._socket = socket
        self._account = account
        self._version = version
        self._number = account.number()
        self._connection_id = str(uuid.uuid4())
        self._contexts: dict[str, tuple[Context, asyncio.Task[None]]] = {}
        # Contexts that have ended: no more input is taken for them.
        self._closed: set[str] = set()

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        await self._socket.serve(self._listen(), self._watch())

    async def _listen(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                match read_message(await self._socket.receive()):
                    case Problem() as problem:
                        self._refuse(problem)
                    case CancelRequest(context_id=context_id):
                        self._account.stats["cancels"] += 1
                        self._cancel(context_id)
                    case ContextRequest() as request:
                        self._account.stats["characters"] += len(request.transcript)
                        self._take(request, group)

    async def _watch(self) -> None:
        """Close the socket of a client that has been idle for too long."""
        loop = asyncio.get_running_loop()
        while True:
            idle_until = self._socket.heard_at + self._account.options.idle_timeout
            if idle_until <= loop.time():
                break
            await asyncio.sleep(idle_until - loop.time())
        self._socket.hang_up(politely=True)
        await asyncio.Event().wait()

    def _take(self, request: ContextRequest, group: asyncio.TaskGroup) -> None:
        context_id = request.context_id
        if self._socket.is_silent:
            return
        if context_id in self._contexts:
            context, _ = self._contexts[context_id]
        elif context_id in self._closed:
            self._refuse(replace(CONTEXT_CLOSED, context_id=context_id))
            return
        elif self._account.has_all_contexts:
            self._refuse(replace(TOO_MANY, context_id=context_id))
            return
        else:
            context = self._open(request, group)
        if context.accepts(request):
            context.take(request)
        else:
            self._refuse(replace(CONTEXT_CLOSED, context_id=context_id))

    def _open(self, request: ContextRequest, group: asyncio.TaskGroup) -> Context:
        context_id = request.context_id

        def send(message: dict[str, Any] | Problem) -> None:
            if isinstance(message, Problem):
                self._refuse(replace(message, context_id=context_id))
            else:
                self._socket.send(json.dumps(message, ensure_ascii=False))

        context = Context(request, self._account, self._number, send=send, strike=self._strike)
        self._account.begin()
        task = group.create_task(context.run())
        self._contexts[context_id] = context, task

        def forget(_: asyncio.Task[None]) -> None:
            self._account.end()
            self._contexts.pop(context_id, None)
            self._closed.add(context_id)

        task.add_done_callback(forget)
        return context

    def _cancel(self, context_id: str) -> None:
        """Send nothing more of the context, not even `done`; late input is refused."""
        _, task = self._contexts.get(context_id, (None, None))
        if task is not None:
            task.cancel()

    def _strike(self, fault: Fault) -> None:
        if fault.kind == "garbage":
            self._socket.send('{"type":"chunk","data":"\ufffd')
        else:
            self._socket.hang_up(politely=fault.kind == "close")

    def _refuse(self, problem: Problem) -> None:
        self._account.stats[f"errors_{problem.status}"] += 1
        event = problems.event(problem, version=self._version, request_id=self._connection_id)
        self._socket.send(json.dumps(event, ensure_ascii=False))
