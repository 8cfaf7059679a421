"""What the stand-in obeys in a prompt, and what it does without each instruction."""

from __future__ import annotations

import pytest

from sandbox.openai.tool_dialogue.prompt import INSTRUCTIONS, read_prompt

from .conftest import CAREFUL, NOW, Desk, Talk

ONE_THING = "Ask for one thing at a time: the day, then the time, then the name."
LANGUAGE = "- Answer in the caller's language and in its own script.\n"
NEVER_INVENT = " Never invent a doctor, a time or a price."
REPEAT = " Repeat what you booked."
PRICE = "- A consultation is Rs. 650, a second visit within 7 days Rs. 250. UPI, card or cash.\n"


def without(*lines: str) -> tuple[Talk, Desk]:
    """A conversation under the prompt without these lines."""
    prompt = CAREFUL
    for line in lines:
        assert line in prompt
        prompt = prompt.replace(line, "")
    desk = Desk()
    return Talk(desk.tools(), prompt, NOW), desk


def test_every_instruction_is_found() -> None:
    """And its absence, if the prompt has others."""
    assert read_prompt(CAREFUL).missing == frozenset()
    for name, line in zip(INSTRUCTIONS, (ONE_THING, LANGUAGE, NEVER_INVENT, REPEAT), strict=True):
        assert read_prompt(CAREFUL.replace(line, "")).missing == {name}


def test_a_line_about_something_else_is_no_instruction() -> None:
    """Arguments in Latin letters "whatever language the caller speaks" are not about answers."""
    other = "Write all arguments in Latin letters, whatever language the caller speaks.\n"
    assert read_prompt(CAREFUL.replace(LANGUAGE, other)).missing == {"language"}


@pytest.mark.parametrize("prompt", ["", "You are a receptionist.", "Never invent a price."])
def test_a_prompt_that_says_little_is_obeyed_in_all(prompt: str) -> None:
    """Only a prompt with two of the instructions is judged by what is missing."""
    assert read_prompt(prompt).missing == frozenset()


def test_two_things_are_asked_at_once() -> None:
    """Without "one thing at a time"."""
    talk, _ = without(ONE_THING)
    assert talk.say("i want an appointment").count("?") == 2


def test_the_answer_is_in_english() -> None:
    """Without "the caller's language"."""
    talk, desk = without(LANGUAGE)
    assert talk.say("मुझे डॉक्टर से मिलना है").isascii()
    assert desk.booked == {}


def test_times_are_invented() -> None:
    """Without "never invent": nothing is looked up."""
    talk, _ = without(NEVER_INVENT)
    assert "10:30 a.m." in talk.say("an appointment tomorrow")
    assert talk.called("free_slots") == []


def test_a_price_is_invented() -> None:
    """Without "never invent" and without the price; with the instruction it is not known."""
    careless, _ = without(NEVER_INVENT, PRICE)
    careful, _ = without(PRICE)
    assert "Rs. 750" in careless.say("how much is the fee")
    assert "Rs." not in careful.say("how much is the fee")


def test_a_booking_is_claimed() -> None:
    """Without "repeat what you booked": no tool is called."""
    talk, desk = without(REPEAT)
    talk.say("an appointment tomorrow at ten my name is ravi my number is 98765 43210")
    said = talk.say("yes")
    assert "tomorrow at 10 a.m." in said
    assert desk.booked == {}


@pytest.mark.parametrize(
    ("question", "price"),
    [("how much is the fee", "Rs. 650"), ("फीस कितनी है", "₹650"), ("கட்டணம் எவ்வளவு", "ரூ. 650")],
)
def test_facts_are_the_prompts(question: str, price: str) -> None:
    """Not the stand-in's own, in any language."""
    talk, _ = without()
    assert price in talk.say(question)
