"""Runs the tools of one call."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

from livekit.agents import AgentSession, RunContext
from livekit.agents.llm import StopResponse, ToolError, ToolResult
from livekit.agents.voice import SpeechHandle
from pydantic_core import to_jsonable_python

from .blocking import Watched
from .latin import names_in_other_scripts, written_in_latin
from .ledger import Ledger
from .results import hands_off, shorten, shorten_text
from .rules import Place, Rules
from .time_limit import Conversation, TimeLimit

logger = logging.getLogger(__name__)

TIMEOUT: Final = 8.0
"""Seconds that a tool may take by default; a caller hangs up soon after."""
_FILLER_RETRY: Final = 1.0
"""Seconds after which a filler that could not be said is tried again."""


class ToolRuns:
    """The rules of one call's tools, and what has run. A session without one has the defaults.

    Args:
        timeout: Seconds that a tool may take.
        filler_after: Seconds of silence while a tool runs after which a filler is said.
        say_filler: Says a filler; None if there is none, or if one was just said.
        to_latin: Writes a text of another script in Latin letters; as it is if it cannot.
    """

    def __init__(
        self,
        *,
        timeout: float = TIMEOUT,
        filler_after: float = 0.8,
        say_filler: Callable[[AgentSession[Any]], SpeechHandle | None] | None = None,
        to_latin: Callable[[str], str] = lambda text: text,
    ) -> None:
        self._timeout = timeout
        self._filler_after = filler_after
        self._say_filler = say_filler
        self._to_latin = to_latin
        self._ledger = Ledger()

    def attach(self, session: AgentSession[Any]) -> None:
        """Have the tools of this session run so."""
        _of_sessions[session] = self

    @staticmethod
    def of(session: AgentSession[Any]) -> ToolRuns:
        """The rules of this session's tools."""
        return _of_sessions.setdefault(session, ToolRuns())

    def latin_arguments(self, arguments: dict[str, Any], rules: Rules) -> dict[str, Any]:
        """The arguments as a tool gets them.

        Raises:
            ToolError: Some are in another script.
        """
        if rules.any_script:
            return arguments
        latin = {name: written_in_latin(value, self._to_latin) for name, value in arguments.items()}
        if names := names_in_other_scripts(_as_json(latin)):
            raise ToolError(
                f"Nothing was done: write {', '.join(names)} in Latin letters, as the caller would "
                "spell it in English, and call the tool again."
            )
        return latin

    async def run(
        self,
        context: RunContext[Any],
        arguments: dict[str, Any],
        call: Callable[[], Awaitable[Any]],
        *,
        rules: Rules,
        place: Place,
    ) -> Any:
        """Run a tool, or wait for the run of the same call.

        Raises:
            ToolError: What the model is to know of a failure.
            StopResponse: The tool's own: no reply.
        """
        tool, turn = context.function_call.name, _turn(context.session)
        if rules.repeatable:
            return await self._run(context, call, rules=rules, place=place)
        key = json.dumps(_as_json(arguments), sort_keys=True, ensure_ascii=False)
        if (earlier := self._ledger.find(turn, tool, key)) is not None:
            logger.info("a tool was called again with the same arguments", extra={"tool": tool})
            return await _repeated(earlier.result)
        outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        run = self._ledger.add(tool, key, outcome)
        try:
            result = await self._run(context, call, rules=rules, place=place)
        except (ToolError, StopResponse) as error:
            outcome.set_exception(error)
            # Not an error of its own if nobody asks for it.
            outcome.exception()
            raise
        except BaseException:
            outcome.cancel()
            raise
        else:
            outcome.set_result(result)
            return result
        finally:
            run.ended = time.time()

    async def _run(
        self,
        context: RunContext[Any],
        call: Callable[[], Awaitable[Any]],
        *,
        rules: Rules,
        place: Place,
    ) -> Any:
        tool = context.function_call.name
        seconds = self._timeout if rules.timeout is None else rules.timeout
        conversation = Conversation(context.session)
        limit = TimeLimit(seconds, conversation)

        async def awaited() -> Any:
            try:
                result = call()
                return await result if isinstance(result, Awaitable) else result
            except asyncio.CancelledError as error:
                if _is_being_cancelled():
                    raise
                # It awaited what others had cancelled. LiveKit would take the tool for interrupted,
                # and the caller would hear nothing.
                raise RuntimeError("what the tool awaited was cancelled") from error
            except SystemExit as error:
                # It would end the process, and the call with it.
                raise RuntimeError("the tool wanted to end the process") from error

        try:
            async with self._filler(context, conversation), limit:
                return shorten(await Watched(awaited(), tool, place))
        except ToolError as error:
            raise ToolError(shorten_text(error.message)) from None
        except StopResponse:
            raise
        except Exception as error:
            if limit.is_over:
                logger.warning(
                    "a tool ran over its time limit and was stopped",
                    extra={"tool": tool, "seconds": seconds, "line": str(place)},
                )
                raise ToolError(
                    f"The tool {tool} did not finish within {seconds:g} seconds and was stopped. "
                    "Whether it had an effect is unknown. Say so to the caller, and do not call it "
                    "again before the caller asks."
                ) from None
            logger.error(  # noqa: TRY400 (a traceback has what callers said)
                "a tool failed",
                extra={
                    "tool": tool,
                    "error": type(error).__name__,
                    "line": _raised_at(error, place),
                    "lk.pii.traceback": "".join(traceback.format_exception(error)),
                },
            )
            raise ToolError(
                f"The tool {tool} failed, and its result is not known. Say to the caller that it "
                "did not work, and do not make up a result."
            ) from None

    @asynccontextmanager
    async def _filler(
        self, context: RunContext[Any], conversation: Conversation
    ) -> AsyncIterator[None]:
        """Say one filler if the caller hears nothing for long."""
        say, session = self._say_filler, context.session
        if say is None:
            yield
            return

        def source(_: int) -> SpeechHandle | None:
            if conversation.is_elsewhere or session.user_state == "speaking":
                return None
            try:
                return say(session)
            except RuntimeError:
                # The session is closing: nobody would hear it.
                return None

        async with context.with_filler(
            source, delay=self._filler_after, interval=_FILLER_RETRY, max_steps=1
        ):
            yield


_of_sessions: WeakKeyDictionary[AgentSession[Any], ToolRuns] = WeakKeyDictionary()


def _turn(session: AgentSession[Any]) -> float:
    """When the caller's turn was made a message; 0 if the caller has not spoken yet."""
    for item in reversed(session.history.items):
        if item.type == "message" and item.role == "user":
            return item.created_at
    return 0.0


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _repeated(earlier: asyncio.Future[Any]) -> Any:
    """The result of the same call."""
    await asyncio.wait([earlier])
    if earlier.cancelled():
        raise ToolError("The same call was stopped before it finished.")
    result = earlier.result()
    if hands_off(result):
        # LiveKit refuses to hand off twice.
        return ToolResult("Done already.", reply_required=False)
    return result


def _as_json(arguments: dict[str, Any]) -> dict[str, Any]:
    jsonable: dict[str, Any] = to_jsonable_python(
        arguments, serialize_unknown=True, inf_nan_mode="strings"
    )
    return jsonable


def _raised_at(error: BaseException, place: Place) -> str:
    """The innermost line of the tool's file in the traceback."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == place.file and frame.lineno is not None
    ]
    return place.at(lines[-1]) if lines else str(place)
