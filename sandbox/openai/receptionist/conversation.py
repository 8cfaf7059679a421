"""A conversation in, the receptionist's next reply out.

Pure: the state of the dialogue follows from the messages, which are replayed for each reply
(understanding is cached by text). So a conversation may be shortened, interrupted or continued on
another server, and the same messages always get the same reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from .dialogue import step
from .language import language_of
from .rules import Language
from .state import Act, State, Step
from .templates import say
from .tool_results import speak_results
from .understanding import Understanding, understand
from .words import folded

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, as text."""

    role: Role
    text: str = ""
    calls: tuple[str, ...] = ()
    """Names of the tools that an assistant message calls."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply, and the state and topics behind it."""

    text: str
    language: Language
    state: State = field(default_factory=State)
    topics: tuple[str, ...] = ()
    """The topics of the caller's turn."""
    heard: Understanding | None = None
    """The caller's turn as understood, if the reply answers one."""


def answer(messages: Sequence[Message], now: datetime) -> Answer:
    """The reply to a conversation; `now` is in the clinic's time zone."""
    replay = _Replay(now)
    for message in messages:
        replay.add(message)
    return replay.answer()


class _Replay:
    """Walks through a conversation once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._state = State()
        # The caller's words since the last reply; an interrupted caller continues in a new message.
        self._pending: list[str] = []
        # Results of tools since the last reply.
        self._results: list[str] = []
        self._turn = 0
        # The last reply, and the last one that was no repetition.
        self._said = ""
        self._last_statement = ""

    def add(self, message: Message) -> None:
        if message.role == "user" and message.text.strip():
            # New words of the caller supersede a result that was not yet spoken.
            self._results.clear()
            self._pending.append(message.text)
        elif message.role == "tool":
            self._results.append(message.text)
        elif message.role == "assistant":
            self._add_reply(message)

    def answer(self) -> Answer:
        if self._results:
            done = say([Act("tool.done")], self._state.language, turn=self._turn, last=self._said)
            text = speak_results(self._results) or done
            return Answer(text, self._state.language, self._state)
        if not self._pending:
            key = "nudge" if self._said else "greeting"
            text = say([Act(key)], self._state.language, turn=self._turn, last=self._said)
            return Answer(text, self._state.language, self._state)
        heard, taken = self._take()
        language = taken.state.language
        text = say(taken.acts, language, turn=self._turn, last=self._said)
        if taken.topics[:1] in (("repeat",), ("slower",)) and self._last_statement:
            text = f"{text} {self._last_statement}"
        return Answer(text, language, taken.state, taken.topics, heard)

    def _add_reply(self, message: Message) -> None:
        repeated = False
        if self._pending:
            _, taken = self._take()
            self._state = taken.state
            self._turn += 1
            repeated = taken.topics[:1] in (("repeat",), ("slower",))
        if message.calls:
            # A tool does the task now.
            self._state = replace(self._state, task=None, asked="more")
        elif message.text and not self._turn:
            self._state = replace(self._state, language=self._greeted_in(message.text))
        if message.text:
            self._said = message.text
            if not repeated:
                self._last_statement = message.text
        self._pending.clear()
        self._results.clear()

    def _greeted_in(self, text: str) -> Language:
        """The language of a greeting before the caller's first words."""
        return language_of(text, folded(text)) or self._state.language

    def _take(self) -> tuple[Understanding, Step]:
        heard = understand(" ".join(self._pending), self._state.language)
        taken = step(self._state, heard, self._now)
        if taken.acts[0].key == "greeting" and self._said:
            taken = replace(taken, acts=(Act("greeting.again"), *taken.acts[1:]))
        return heard, taken
