"""How long a tool may take, and when its time counts."""

from __future__ import annotations

import asyncio
from typing import Any

from livekit.agents import Agent, AgentSession


class Conversation:
    """Whether the conversation is with an `AgentTask` that the tool awaits: it then takes as long
    as the caller does, and nobody waits for the tool."""

    def __init__(self, session: AgentSession[Any]) -> None:
        self._session = session
        self._agent: Agent = session.current_agent

    @property
    def is_elsewhere(self) -> bool:
        """False when the session is closing."""
        try:
            return self._session.current_agent is not self._agent
        except RuntimeError:
            return False


class TimeLimit:
    """Cancels the tool after so many seconds, with `TimeoutError`. Unlike `asyncio.wait_for` it
    makes no task: LiveKit knows which task may await an `AgentTask`."""

    def __init__(self, seconds: float, conversation: Conversation) -> None:
        self.seconds = seconds
        self._conversation = conversation
        self._timeout = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has cancelled the tool."""
        return self._timeout.expired()

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()
        self._start()

    async def __aexit__(self, *error: Any) -> None:
        assert self._timer is not None
        self._timer.cancel()
        await self._timeout.__aexit__(*error)

    def _start(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self.seconds, self._on_due)

    def _on_due(self) -> None:
        if self._conversation.is_elsewhere:
            self._start()
        else:
            self._timeout.reschedule(asyncio.get_running_loop().time())
