"""Each task, from its question to its value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from agent.assistant import CallInfo
from agent.config.languages import languages
from agent.forms.task import FormTask
from agent.forms.tasks import (
    DateTask,
    NameTask,
    OtpTask,
    PhoneNumberTask,
    PinCodeTask,
    TimeTask,
)

from .conversation import NOW, conversation

MakeTask = Callable[[CallInfo], FormTask[Any]]
TODAY = NOW.date()


def appointment(call: CallInfo) -> DateTask:
    """Within two weeks."""
    return DateTask(call, earliest=TODAY, latest=date(2026, 12, 13))


@pytest.mark.parametrize(
    ("make", "turns", "expected"),
    [
        (
            PhoneNumberTask,
            [("+91 98765 43210", "9 8 7 6 5, 4 3 2 1 0. Is that right?")],
            "9876543210",
        ),
        (
            PinCodeTask,
            [("560", "5 6 0. Please go on."), ("034", "5 6 0, 0 3 4. Is that right?")],
            "560034",
        ),
        (
            NameTask,
            [
                ("my name is Rabbi Kumar", "Rabbi Kumar. Is that right?"),
                ("no", "Please spell it, letter by letter."),
                ("R A V I", "Ravi: R, A, V, I. Is that right?"),
            ],
            "Ravi",
        ),
        (DateTask, [("15 December", "Tuesday, 15 December. Is that right?")], date(2026, 12, 15)),
        (
            DateTask,
            [
                ("kal", "Is that Saturday, 28 November, or Monday, 30 November?"),
                ("tomorrow", "Monday, 30 November. Is that right?"),
            ],
            date(2026, 11, 30),
        ),
        (
            DateTask,
            [
                ("parson", "Is that Friday, 27 November, or Tuesday, 1 December?"),
                ("the second one", "Tuesday, 1 December. Is that right?"),
            ],
            date(2026, 12, 1),
        ),
        (appointment, [("kal", "Monday, 30 November. Is that right?")], date(2026, 11, 30)),
        (
            appointment,
            [
                (
                    "15 December",
                    "It can be from Sunday, 29 November to Sunday, 13 December. "
                    "Which date would you like?",
                ),
                ("30 November", "Monday, 30 November. Is that right?"),
            ],
            date(2026, 11, 30),
        ),
        (
            TimeTask,
            [
                ("at 5", "Is that 5 AM, or 5 PM?"),
                ("in the evening", "5 PM. Is that right?"),
            ],
            time(17),
        ),
        (
            lambda call: TimeTask(call, earliest=time(9), latest=time(20)),
            [("half past five", "5:30 PM. Is that right?")],
            time(17, 30),
        ),
    ],
)  # fmt: skip
async def test_a_value_is_confirmed(
    make: MakeTask, turns: list[tuple[str, str]], expected: object
) -> None:
    """In as many turns as it takes, without the LLM."""
    async with conversation(make) as call:
        for said, answer in turns:
            assert await call.say(said) == [answer]
        await call.say("yes")
        assert call.result == expected
        assert call.llm.requests == 0


async def test_a_password_is_not_read_back() -> None:
    """It ends with its last digit."""
    async with conversation(lambda call: OtpTask(call, length=4)) as call:
        assert call.asked == ["What is the OTP?"]
        assert await call.say("48") == ["4 8. Please go on."]
        await call.say("29")
        assert call.result == "4829"


async def test_a_date_of_birth_needs_its_year() -> None:
    """Asked for as a whole, by the question of the assistant."""
    async with conversation(
        lambda call: DateTask(
            call, ask="When were you born?", earliest=date(1906, 1, 1), latest=TODAY
        )
    ) as call:
        assert await call.say("15 August") == ["When were you born?"]
        assert await call.say("1985") == ["Thursday, 15 August 1985. Is that right?"]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("make", "said", "expected"),
    [
        (PhoneNumberTask, "98765 43210", "9876543210"),
        (PinCodeTask, "560 034", "560034"),
        (NameTask, "R A V I", "Ravi"),
        (DateTask, "15/12/2026", date(2026, 12, 15)),
        (TimeTask, "17:30", time(17, 30)),
    ],
)
async def test_each_language_has_its_words(
    language: str, make: MakeTask, said: str, expected: object
) -> None:
    """The question, the value as it is read back, and the answer to that."""
    yes = {"hi-IN": "हाँ", "ta-IN": "ஆமா", "te-IN": "అవును", "bn-IN": "হ্যাঁ"}
    async with conversation(make, language=language) as call:
        assert len(call.asked) == 1
        [answer] = await call.say(said)
        assert answer.isascii() is (language == "en-IN")
        await call.say(yes.get(language, "yes"))
        assert call.result == expected
