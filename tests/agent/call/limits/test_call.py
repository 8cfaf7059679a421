"""The limits of a call, put together for one language and one room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.assistant.stock_speech import StockSpeech
from agent.call.limits.call import CallLimits
from agent.call.limits.text import Refusal
from agent.config.languages import language
from agent.config.load import load_settings
from prewarm.stock_phrase_table import Phrases
from tests.support.clinic import CLINIC

KEYS = {f"{name}_API_KEY": "key" for name in ("SARVAM", "DEEPGRAM", "OPENAI", "CARTESIA")}


class Job:
    """A job, its room and its session, and what was asked of them."""

    def __init__(self, code: str = "en-IN") -> None:
        self.done: list[Any] = []
        self.deletes: Callable[[], Any] = lambda: None
        self.room = SimpleNamespace(
            register_text_stream_handler=lambda topic, _: self.done.append(("read", topic)),
            unregister_text_stream_handler=lambda topic: self.done.append(("unread", topic)),
        )
        self.session = SimpleNamespace(on=lambda *_: None, say=self._say)
        self.speech = StockSpeech(CLINIC.phrases, language(code), lambda _: None)

    def _say(self, text: str, **how: Any) -> None:
        assert not how["add_to_chat_ctx"]
        self.done.append((text, how["allow_interruptions"]))

    async def delete_room(self) -> None:
        self.done.append("deleted")
        self.deletes()

    def shutdown(self, reason: str) -> None:
        self.done.append(reason)

    def limits(self, **settings: str) -> CallLimits:
        """The limits of its call."""
        job: Any = self
        limits = CallLimits(
            job,
            job.session,
            load_settings(env_file=Path("none"), environ=KEYS | settings, needs_room=False),
            self.speech,
        )
        limits.start()
        return limits


async def test_what_is_said_is_in_the_language_of_the_call() -> None:
    """A notice may be interrupted, a goodbye not, and behind it nothing more is read."""
    job = Job("ta-IN")
    limits, said = job.limits(), job.speech.phrases
    limits._notify(Refusal.TOO_LONG)
    limits._notify(Refusal.TOO_MANY)
    limits._say_goodbye()
    limits._ending._task.cancel()
    long, many, goodbye = said.too_long_notice, said.too_many_notice, said.goodbye
    assert job.done == [
        ("read", "lk.chat"),
        (long, True),
        (many, True),
        ("unread", "lk.chat"),
        (goodbye, False),
    ]


async def test_a_goodbye_is_in_the_language_that_the_call_has_turned_to() -> None:
    """The caller's attributes may name another one after the limits were made."""
    job = Job()
    limits = job.limits()
    job.speech.switch_language(language("ta-IN"))
    limits._say_goodbye()
    limits._ending._task.cancel()
    assert job.done[-1][0] == job.speech.phrases.goodbye


async def test_a_language_without_such_phrases_says_nothing() -> None:
    """And the call ends all the same."""
    job = Job()
    job.speech.phrases = Phrases(greeting="Hello.")
    limits = job.limits()
    limits._notify(Refusal.TOO_MANY)
    assert limits._say_goodbye() is None
    limits._ending._task.cancel()


async def test_the_room_is_closed_and_then_the_job_ends() -> None:
    """Also where closing it fails."""
    job = Job()
    limits = job.limits(CALL_LIMIT="0", SILENCE_LIMIT="0")
    await limits._hang_up("over")
    assert job.done[1:] == ["deleted", "over"]

    def fail() -> None:
        raise ConnectionError

    job.deletes = fail
    with pytest.raises(ConnectionError):
        await limits._hang_up("over")
    assert job.done[-1] == "over"
    limits._ending._task.cancel()
    await asyncio.wait([limits._ending._task])
