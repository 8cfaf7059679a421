"""Takes the outcome of one call."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

from livekit.agents import AgentSession, CloseEvent
from livekit.agents.llm import LLM

from .declared import DeclaresOutcome
from .event import OutcomeEvent
from .extract import TIMEOUT, OutcomeError
from .spool import Spool

logger = logging.getLogger(__name__)

_OWN_TIMEOUT: Final = TIMEOUT + 2.0
"""Seconds for an assistant's own `call_outcome`."""


class CallOutcome:
    """The outcome of one call, taken once when its session has closed.

    Args:
        call: Name of the room.
        assistant: Name of the assistant.
        language: The call's language by then.
        write: Keeps the event beside the journal, as a line of JSON; None for no journal.
        spool: Keeps it for the webhook; None for no webhook.
    """

    def __init__(
        self,
        session: AgentSession[Any],
        agent: DeclaresOutcome,
        *,
        call: str,
        assistant: str,
        language: Callable[[], str],
        write: Callable[[str], None] | None,
        spool: Spool | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._session = session
        self._agent = agent
        self._call = call
        self._assistant = assistant
        self._language = language
        self._write = write
        self._spool = spool
        self._clock = clock
        self._began = clock()
        self._reason = "unknown"
        self._is_taken = False
        session.on("close", self._on_close)

    async def take(self) -> None:
        """Take the outcome and keep it. LiveKit waits for this before it ends the job; it raises
        nothing, and takes a few seconds at most."""
        is_wanted = self._write is not None or self._spool is not None
        if self._is_taken or self._agent.outcome is None or not is_wanted:
            return
        self._is_taken = True
        outcome, problem = await self._outcome()
        event = OutcomeEvent(
            id=f"evt_{uuid4().hex}",
            call=self._call,
            assistant=self._assistant,
            language=self._language(),
            began=self._began,
            ended=self._clock(),
            reason=self._reason,
            outcome=outcome,
            problem=problem,
        )
        self._keep(event)

    async def _outcome(self) -> tuple[Any, str | None]:
        """The outcome as JSON values, and why there is none."""
        agent = self._agent
        agent.outcome_llm = self._session.llm if isinstance(self._session.llm, LLM) else None
        try:
            async with asyncio.timeout(_OWN_TIMEOUT):
                outcome = await agent.call_outcome(self._session.history.copy())
            # Through text: in pydantic's JSON values NaN stays, which no JSON has.
            return (None if outcome is None else json.loads(outcome.model_dump_json())), None
        except OutcomeError as error:
            problem = str(error)
        except TimeoutError:
            problem = f"the assistant took more than {_OWN_TIMEOUT:g} seconds"
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            problem = "the assistant's call_outcome failed"
            logger.error(  # noqa: TRY400 (a traceback has what callers said)
                "the assistant's call_outcome failed",
                extra={
                    "error": type(error).__name__,
                    "line": f"{frame.filename}:{frame.lineno}",
                    "lk.pii.error": str(error),
                },
            )
        logger.warning("a call has no outcome", extra={"call": self._call, "problem": problem})
        return None, problem

    def _keep(self, event: OutcomeEvent) -> None:
        body = event.body()
        if self._write is not None:
            self._write(body.decode())
        if self._spool is None:
            return
        try:
            self._spool.put(event.id, body, now=event.ended)
        except OSError as error:
            logger.error(  # noqa: TRY400 (the reason says it all)
                "an outcome is lost to the webhook: the spool cannot be written",
                extra={
                    "event_id": event.id,
                    "path": str(self._spool.folder),
                    "error": error.strerror,
                    "look_at": "DATA_DIR",
                },
            )

    def _on_close(self, event: CloseEvent) -> None:
        self._reason = event.reason.value
