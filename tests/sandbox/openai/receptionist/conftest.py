"""Whole conversations with the receptionist, on a Wednesday morning at 11."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from sandbox.openai.receptionist import Answer, Message, answer

NOW = datetime(2026, 3, 4, 11, 0)  # noqa: DTZ001 (the clinic's own time)


class Call:
    """A conversation; what the receptionist says is added to it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.messages = [Message("system", "You are the receptionist of a clinic.")]
        self.now = now

    def ask(self, text: str) -> Answer:
        """The caller says something; the whole answer."""
        self.messages.append(Message("user", text))
        reply = answer(self.messages, self.now)
        self.messages.append(Message("assistant", reply.text))
        return reply

    def say(self, *texts: str) -> str:
        """The caller says these one after the other; the last answer's text."""
        return [self.ask(text).text for text in texts][-1]


CallAt = Callable[..., Call]
"""A conversation at another time."""


@pytest.fixture
def call() -> Call:
    """A fresh conversation."""
    return Call()


@pytest.fixture
def at() -> CallAt:
    """A fresh conversation at another time."""
    return lambda *moment: Call(datetime(*moment))  # noqa: DTZ001 (the clinic's own time)
