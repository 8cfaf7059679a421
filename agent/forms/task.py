"""A task that asks for one form: LiveKit's `AgentTask`, with the parsers of this folder in front of
the model.

Words that are certainly a part of the form, a yes, a no or a refusal become a tool call without the
LLM, and what follows a tool is worded from the form. Everything else is the LLM's, with the same
tools: it passes on the caller's words. So no model reads digits back, and an answer that is certain
takes no LLM.
LiveKit executes tools only once the turn is certainly over: a preemptive reply records nothing.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, TypeVar, cast, get_args

from livekit.agents import ModelSettings
from livekit.agents.llm import (
    ChatChunk,
    ChatContext,
    ChatMessage,
    ChoiceDelta,
    FunctionToolCall,
    Tool,
    ToolError,
    ToolFlag,
    function_tool,
)
from livekit.agents.utils import shortuuid

from ..assistant import AssistantTask, CallInfo, tool_rules
from ..llm_pieces import Piece
from .awaiting import expect
from .dialogue import FormDialogue, FormSpeech, Move
from .entry import Entry
from .phrases import form_phrases

T = TypeVar("T")

MAX_TURNS: Final = 20
"""Turns of the caller after which a task ends without a value, whatever they were about."""

_INSTRUCTIONS = """
You are one step of a call. Your only task is to get the caller's {what}, which they were asked for.
When the caller says it or a part of it, call `record_answer`{how} at once.
Never complete, correct or invent any of it. Do not read it back: that is done for you.
When the caller says that what was read back is right, call `confirm_answer`; when they say that it
is wrong, `reject_answer`; when they do not want to give it, `decline_answer`.
Answer a question about it in one short sentence, then ask for it again. Talk about nothing else.
"""


class FormNotGiven(ToolError):
    """A task has ended without a value. Its text is for the model, if the tool that awaited the
    task does not catch it."""


class FormDeclined(FormNotGiven):
    """The caller does not want to give the value."""


class FormGivenUp(FormNotGiven):
    """The caller has had all tries, and confirmed no value."""


@dataclass(frozen=True, slots=True)
class _NoValue:
    """How a task ends without a value. LiveKit's `session.run` raises an exception that a task ends
    with, even if the assistant catches it."""

    error: FormNotGiven


class FormTask(AssistantTask[T], Generic[T]):
    """Asks the caller for one form, reads it back, and results in its value once it is confirmed.

    number = await PhoneNumberTask(self.call)

    Args:
        call: The call.
        entry: The form, empty.
        ask: The question, in the call's language. Default: that of data/phrases.toml.
        heard: What the caller has said of it already; it is read back instead of asked for.
        confirm: Whether the caller must confirm the value.
        tries: Values that the caller may give; words that are understood as none count, too.
        extra_instructions: More for the LLM, such as why the value is needed.
        options: LiveKit's arguments of an `AgentTask`.

    Raises (where it is awaited):
        FormDeclined: The caller does not want to give it.
        FormGivenUp: The caller has had all tries.
    """

    what: ClassVar[str]
    """What is asked for, for the LLM: "phone number"."""
    how: ClassVar[str] = " with the caller's own words"
    """How the LLM passes it to the tool."""

    def __init__(
        self,
        call: CallInfo,
        entry: Entry[T],
        *,
        ask: str | None = None,
        heard: str = "",
        confirm: bool = True,
        tries: int = 3,
        extra_instructions: str = "",
        **options: Any,
    ) -> None:
        own = _INSTRUCTIONS.format(what=self.what, how=self.how)
        super().__init__(call, instructions=f"{own}\n{extra_instructions}".strip(), **options)
        self._ask = ask
        self._confirm = confirm
        self._tries = tries
        dialogue = FormDialogue(empty=entry, entry=entry)
        recorded = dialogue.record(heard)
        # Words that were no value at the time need no apology.
        self._dialogue = dialogue if recorded.problem else recorded
        self._turns_before = 0
        self._turn_of_offer = 0

    def __await__(self) -> Generator[None, None, T]:
        result = yield from super().__await__()
        if isinstance(result, _NoValue):
            raise result.error
        return result

    def speech(self) -> FormSpeech[T]:
        """How the form is talked about, in the call's language now."""
        raise NotImplementedError

    async def on_enter(self) -> None:
        """Ask the caller."""
        await super().on_enter()
        self._turns_before = self._turn_of_offer = self._turns(self.chat_ctx)
        self._expect()
        self.call.speech.say(self.session, self._next(), is_part_of_the_conversation=True)

    async def on_exit(self) -> None:
        """Await nothing of the caller any more."""
        expect(self.session, None)

    async def on_user_turn_completed(self, turn_ctx: ChatContext, new_message: ChatMessage) -> None:
        """Go on awaiting the form, whatever this turn was about."""
        await super().on_user_turn_completed(turn_ctx, new_message)
        self._expect()

    def model_node(
        self, chat_ctx: ChatContext, tools: list[Tool], model_settings: ModelSettings
    ) -> AsyncGenerator[Piece]:
        """What follows from the form, or else the LLM's answer."""
        return self._answer(chat_ctx, super().model_node(chat_ctx, tools, model_settings))

    async def _answer(
        self, chat_ctx: ChatContext, answer: AsyncGenerator[Piece]
    ) -> AsyncGenerator[Piece]:
        async with aclosing(answer):
            last = chat_ctx.items[-1] if chat_ctx.items else None
            if (
                last is not None
                and last.type == "function_call_output"
                and last.name in get_args(Move)
                and not last.is_error
            ):
                yield self._next()
                return
            if last is not None and last.type == "message" and last.role == "user":
                words = last.text_content or ""
                is_out_of_turns = self._turns(chat_ctx) - self._turns_before > MAX_TURNS
                move = "decline_answer" if is_out_of_turns else self._dialogue.move_of(words)
                if move is not None:
                    yield _tool_call(move, words)
                    return
            async for piece in answer:
                yield piece

    @function_tool()
    # The parsers read words of all languages; a form that needs Latin letters checks that itself.
    @tool_rules(any_script=True)
    async def record_answer(self, words: str) -> str | None:
        """Record what the caller has said of the answer, all of it or a part.

        Args:
            words: What the caller said.
        """
        self.check(words)
        self._dialogue = self._dialogue.record(words)
        self._turn_of_offer = self._turns(self.chat_ctx)
        offered = self._dialogue.offered
        if offered is not None and not self._confirm:
            self._complete(offered)
            return None
        return self._go_on()

    @function_tool(flags=ToolFlag.IGNORE_ON_ENTER)
    async def confirm_answer(self) -> None:
        """The caller has said that what was read back is right."""
        offered = self._dialogue.offered
        if offered is None:
            raise ToolError("Nothing has been recorded yet: call record_answer first.")
        if self._turns(self.chat_ctx) <= self._turn_of_offer:
            raise ToolError("The caller has not answered yet whether it is right.")
        self._complete(offered)

    @function_tool(flags=ToolFlag.IGNORE_ON_ENTER)
    async def reject_answer(self) -> str | None:
        """The caller has said that what was read back is wrong."""
        self._dialogue = self._dialogue.reject()
        return self._go_on()

    @function_tool(flags=ToolFlag.IGNORE_ON_ENTER)
    async def decline_answer(self) -> None:
        """The caller does not want to give the answer."""
        if self._turns(self.chat_ctx) - self._turns_before > MAX_TURNS:
            self._give_up()
        else:
            message = f"The caller does not want to give the {self.what}."
            self._complete(_NoValue(FormDeclined(message)))

    def check(self, words: str) -> None:
        """Raise a `ToolError` if the LLM must pass the answer in another way."""

    def _go_on(self) -> str | None:
        """Ask further, if there is a try left. Returns what the LLM reads of it."""
        if self._dialogue.failures >= self._tries:
            self._give_up()
            return None
        return f"Recorded. The caller now hears: {self._next()}"

    def _give_up(self) -> None:
        message = f"The caller was asked several times, and gave no {self.what}."
        self._complete(_NoValue(FormGivenUp(message)))

    def _complete(self, result: T | _NoValue) -> None:
        # Two tools of one reply may both end it.
        if not self.done():
            self.complete(cast("T", result))

    def _next(self) -> str:
        return self.speech().next(self._dialogue, form_phrases(self.call.language.code))

    def _expect(self) -> None:
        # The conversation moves on while this lasts.
        expect(self.session, lambda words: self._dialogue.progress_with(words))

    @staticmethod
    def _turns(chat_ctx: ChatContext) -> int:
        """How often the caller has spoken."""
        return sum(item.type == "message" and item.role == "user" for item in chat_ctx.items)


def _tool_call(move: Move, words: str) -> ChatChunk:
    """The call of a tool, as an LLM would write it."""
    arguments = json.dumps({"words": words} if move == "record_answer" else {}, ensure_ascii=False)
    call = FunctionToolCall(name=move, arguments=arguments, call_id=shortuuid("form_"))
    return ChatChunk(id=shortuuid("form_"), delta=ChoiceDelta(role="assistant", tool_calls=[call]))
