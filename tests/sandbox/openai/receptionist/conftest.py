"""Whole conversations with the receptionist, on a Wednesday morning at 11."""

from datetime import datetime

import pytest

from sandbox.openai.receptionist import Message, answer

NOW = datetime(2026, 3, 4, 11, 0)  # noqa: DTZ001 (the clinic's own time)


class Call:
    """A conversation; what the receptionist says is added to it."""

    def __init__(self, now=NOW):
        self.messages = [Message("system", "You are the receptionist of a clinic.")]
        self.now = now

    def ask(self, text):
        """The caller says something; the whole answer."""
        self.messages.append(Message("user", text))
        reply = answer(self.messages, self.now)
        self.messages.append(Message("assistant", reply.text))
        return reply

    def say(self, *texts):
        """The caller says these one after the other; the last answer's text."""
        return [self.ask(text).text for text in texts][-1]


@pytest.fixture
def call():
    """A fresh conversation."""
    return Call()


@pytest.fixture
def at():
    """A fresh conversation at another time."""
    return lambda *moment: Call(datetime(*moment))  # noqa: DTZ001 (the clinic's own time)
