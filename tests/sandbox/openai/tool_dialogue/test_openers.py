"""Openers: in front of an answer and before a tool, as the system prompt asks for them."""

from __future__ import annotations

import pytest

from sandbox.openai.schema import ChatMessage
from sandbox.openai.tool_dialogue.openers import before_tools, opened

LISTED = 'In that language, begin an answer with one of these where one fits: "Sure.", "Yes."'
BEFORE = "- Say an opener before you use a tool, in the same answer."


def turn(prompt: str, *said: str) -> list[ChatMessage]:
    """A request in the caller's turn, in which the agent has said this."""
    return [
        ChatMessage(role="system", content=prompt),
        ChatMessage(role="user", content="when are you open"),
        *(ChatMessage(role="assistant", content=text) for text in said),
    ]


@pytest.mark.parametrize(
    "text", ["We are open until nine.", "12 F.C. Road, Pune.", "Dr. Rao, on Monday."]
)
def test_an_answer_begins_with_an_opener(text: str) -> None:
    """The first one that the prompt lists; an abbreviation opens nothing."""
    assert opened(text, turn(LISTED)) == f"Sure. {text}"


@pytest.mark.parametrize(
    "text",
    ["", "Okay. May I have your name?", "I am sorry. Come now.", "So, tomorrow.", "नौ बजे से।"],
)
def test_an_answer_stays_as_it_is(text: str) -> None:
    """One that has a short beginning of its own, and one in another script."""
    assert opened(text, turn(LISTED)) == text


def test_without_a_list_there_are_no_openers() -> None:
    """A prompt that asks for none gets none."""
    assert opened("We are open.", turn("Be brief.")) == "We are open."
    assert before_tools(turn(BEFORE), "en") == ""


def test_an_opener_before_a_tool_is_asked_for_apart() -> None:
    """Its sound covers the tool."""
    assert before_tools(turn(f"{LISTED}\n{BEFORE}"), "en") == "Sure."
    assert before_tools(turn(f"{LISTED}\n{BEFORE}"), "hi") == "", "it is in another language"
    assert before_tools(turn(LISTED), "en") == ""


def test_a_turn_has_one_opener() -> None:
    """After the tool the answer goes on."""
    messages = turn(f"{LISTED}\n{BEFORE}", "Sure.")
    assert opened("We are open.", messages) == "We are open."
    assert before_tools(messages, "en") == ""


def test_hindi_has_its_own() -> None:
    """In the script of the call's language."""
    listed = LISTED.replace("Sure.", "जी।")
    assert opened("नौ बजे से खुला है।", turn(listed)) == "जी। नौ बजे से खुला है।"
