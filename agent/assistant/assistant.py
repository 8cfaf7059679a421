"""What a team derives from: an assistant, and a task of one. Both are LiveKit's, in a call."""

from __future__ import annotations

from typing import TypeVar

from livekit.agents import AgentTask

from ..outcome import DeclaresOutcome
from .call_agent import CallAgent

T = TypeVar("T")


class Assistant(DeclaresOutcome, CallAgent):
    """An assistant of a call: LiveKit's `Agent`, with `@function_tool` methods and hand-offs as
    LiveKit's documentation teaches them.

    class Shop(Assistant):
        @function_tool
        async def price(self, item: str) -> str:
            \"\"\"Look up the price of an item.\"\"\"

    `outcome` declares what is known of a call when it has ended.
    """


class AssistantTask(CallAgent, AgentTask[T]):
    """A task within a call: LiveKit's `AgentTask`, which takes over until it calls
    `self.complete(result)`. It does not greet."""
