"""A task of a call that asks for one form: record, confirm, reject, decline."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import NOW, Talk, tool

PROMPT = "You are one step of a call. Your only task is to get the caller's {what}."


@pytest.fixture
def form() -> Any:
    """A conversation in such a task; its tools return nothing."""

    def form(what: str) -> Talk:
        tools: dict[str, Any] = {
            "record_answer": (
                tool("Record what the caller said.", words="What the caller said."),
                lambda words: "ok",
            ),
            "confirm_answer": (tool("It is right."), lambda: "ok"),
            "reject_answer": (tool("It is wrong."), lambda: "ok"),
            "decline_answer": (tool("Not given."), lambda: "ok"),
        }
        return Talk(tools, PROMPT.format(what=what), NOW)

    return form


@pytest.mark.parametrize(
    ("what", "texts", "calls"),
    [
        ("phone number", ["it is 98765 43210"], [("record_answer", "it is 98765 43210")]),
        ("name", ["मेरा नाम सुनीता है"], [("record_answer", "Sunita")]),
        ("name", ["well, ravi kumar"], [("record_answer", "Ravi Kumar")]),
        ("date", ["next monday i think"], [("record_answer", "next monday i think")]),
        ("time of day", ["in the evening"], [("record_answer", "in the evening")]),
        ("phone number", ["why do you need that?"], []),
        ("phone number", ["never mind, leave it"], [("decline_answer", None)]),
    ],
)
def test_an_answer_is_passed_on(form: Any, what: str, texts: list[str], calls: Any) -> None:
    """In the caller's words, a name in Latin letters; other words are none."""
    talk = form(what)
    talk.say(*texts)
    assert [(name, arguments.get("words")) for name, arguments in talk.calls] == calls


@pytest.mark.parametrize(
    ("answer", "called"), [("yes that is right", "confirm_answer"), ("नहीं", "reject_answer")]
)
def test_what_was_read_back_is_confirmed_or_rejected(form: Any, answer: str, called: str) -> None:
    """Only after something was recorded and read back."""
    talk = form("phone number")
    talk.say("98765 43210")
    talk.messages[-1] = talk.messages[-1].model_copy(update={"content": "98765 43210, right?"})
    talk.say(answer)
    assert [name for name, _ in talk.calls] == ["record_answer", called]
    early = form("phone number")
    early.say(answer)
    assert early.calls == []
