"""Whole calls about a delivery: what the tools write, and what the customer hears."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.openai.schema import ChatMessage
from sandbox.openai.tool_dialogue.delivery.words import address_in, outcome_option, topic_of_words

from .conftest import DRIVER_PROMPT, NOW, Parcel, Talk


def test_a_delivery_is_confirmed(delivery: Talk, parcel: Parcel) -> None:
    """The name first; then the address, the time, and the outcome; then goodbye."""
    assert "14 Gandhi" not in delivery.say("yes")
    assert "14 Gandhi Road, Adyar, Chennai" in delivery.say("Priya Sharma")
    assert delivery.called("verify_name") == [{"name": "Priya Sharma"}]
    assert "today or tomorrow morning" in delivery.say("yes that is right")
    said = delivery.say("tomorrow evening")
    assert "confirmed" in said
    assert "goodbye" in said
    assert parcel.written == {"slot": "tomorrow_evening", "outcome": "rescheduled"}
    delivery.say("thank you")
    assert delivery.called("end_call") == [{}]


@pytest.mark.parametrize(
    ("texts", "address", "said"),
    [
        (
            ["priya speaking", "the address is wrong", "5 Temple Road, T Nagar, Chennai",
             "six zero zero zero one seven", "yes"],
            "5 Temple Road, T Nagar, Chennai",
            "5 Temple Road, T Nagar, Chennai",
        ),
        (
            ["हाँ जी", "मैं प्रिया बोल रही हूँ", "पता बदलना है", "22 लेक रोड, मायलापुर",
             "छह शून्य शून्य शून्य एक सात", "हाँ"],
            "22 Lake Road, Maylapur",
            "22 लेक रोड, मायलापुर",
        ),
        (
            ["ஆமாம்", "என் பெயர் பிரியா", "முகவரியை மாற்றணும்", "22 லேக் வியூ ரோடு, மயிலாப்பூர்",
             "600017", "ஆமாம்"],
            "22 Lake View Road, Mayilappur",
            "22 லேக் வியூ ரோடு, மயிலாப்பூர்",
        ),
    ],
)  # fmt: skip
def test_an_address_is_changed(
    delivery: Talk, parcel: Parcel, texts: list[str], address: str, said: str
) -> None:
    """It is asked for, then its PIN code; repeated; and written in Latin letters."""
    assert said in delivery.say(*texts)
    assert parcel.written == {"address": address, "pincode": "600017"}
    delivery.say("today")
    assert parcel.written["outcome"] == "address_changed"


def test_a_pin_code_that_is_not_served_is_asked_for_again(delivery: Talk, parcel: Parcel) -> None:
    """The tool's objection names it."""
    said = delivery.say("priya", "change the address", "5 Temple Road", "500017", "yes")
    assert "PIN" in said
    assert parcel.written == {}
    delivery.say("600017", "yes")
    assert parcel.written["pincode"] == "600017"


@pytest.mark.parametrize(
    ("texts", "outcome"),
    [
        (["wrong number"], "wrong_person"),
        (["no"], "wrong_person"),
        (["गलत नंबर है"], "wrong_person"),
        (["ravi", "kumar"], "not_verified"),
        (["priya", "i do not want it any more"], "refused"),
        (["प्रिया", "अब नहीं चाहिए"], "refused"),
        (["i am driving, call me later"], "call_back"),
        (["priya", "can i talk to a real person"], "transferred"),
    ],
)
def test_what_came_of_a_call_is_recorded(
    delivery: Talk, parcel: Parcel, texts: list[str], outcome: str
) -> None:
    """And nothing else is written."""
    delivery.say(*texts)
    assert parcel.written == {"outcome": outcome}


def test_a_change_of_mind_opens_the_agenda_again(delivery: Talk, parcel: Parcel) -> None:
    """After everything was done."""
    delivery.say("priya", "yes", "today", "wait change the address", "5 Temple Road", "600017")
    delivery.say("yes", "tomorrow morning")
    assert parcel.written["pincode"] == "600017"
    assert parcel.written["slot"] == "tomorrow_morning"


def test_an_agent_that_speaks_first_says_why_it_calls(parcel: Parcel) -> None:
    """Not as a clinic."""
    talk = Talk(parcel.tools(), DRIVER_PROMPT, NOW)
    talk.messages.append(ChatMessage(role="assistant", content="வணக்கம், பிரியா சர்மாவா?"))
    assert "டெலிவரி" in talk.say("யார் பேசுறீங்க") or "பார்சல்" in talk.messages[-1].text


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("- Verify the name first. Before that say nothing of the parcel.\n", "verify"),
        ("- Repeat what you changed, from the tool's result.\n", "written"),
        ("- Answer in the customer's language.\n", "language"),
        ("Ask for one thing at a time. ", "questions"),
        (" Never invent a time or a charge.", "times"),
    ],
)  # fmt: skip
def test_each_instruction_shows(parcel: Parcel, line: str, broken: str) -> None:
    """A prompt without it has another call."""

    def held(prompt: str) -> dict[str, Any]:
        parcel.written.clear()
        talk = Talk(parcel.tools(), prompt, NOW)
        texts = ("हाँ", "प्रिया", "पता बदलना है", "22 Lake Road", "600004", "हाँ", "आज")
        said = [talk.say(text) for text in texts]
        return {
            "verify": talk.called("verify_name") != [],
            "written": bool(parcel.written),
            "language": not said[0].isascii(),
            "questions": max(text.count("?") for text in said),
            "times": any("4:30" in text or "5:45" in text for text in said),
        }

    assert line in DRIVER_PROMPT
    careful, careless = held(DRIVER_PROMPT), held(DRIVER_PROMPT.replace(line, ""))
    assert careful[broken] != careless[broken]


@pytest.mark.parametrize(
    ("text", "address", "pincode"),
    [
        ("it is 5 Temple Road, pin code 600 017", "5 Temple Road", "600017"),
        ("नया पता है 5 टेंपल रोड", "5 टेंपल रोड", None),
        ("what did you say?", None, None),
        ("wait a minute please", None, None),
        ("600017", None, "600017"),
    ],
)
def test_an_address_in_an_answer(text: str, address: Any, pincode: Any) -> None:
    """Without what stands before it."""
    assert address_in(text) == (address, pincode)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("i am not at home today", "later"),
        ("मुझे नहीं चाहिए", "refused"),
        ("புதிய முகவரிக்கு அனுப்புங்க", "address"),
        ("you have the wrong number", "wrong_person"),
        ("yes please", None),
    ],
)
def test_what_a_customer_wants(text: str, topic: Any) -> None:
    """In any of the languages."""
    assert topic_of_words(text) == topic


def test_a_tools_own_name_for_an_outcome_is_found() -> None:
    """By its words; without a list it stays as it is."""
    listed = ["DELIVERY_ACCEPTED", "CUSTOMER_DECLINED", "handed_to_agent"]
    assert outcome_option("confirmed", listed) == "DELIVERY_ACCEPTED"
    assert outcome_option("refused", listed) == "CUSTOMER_DECLINED"
    assert outcome_option("transferred", listed) == "handed_to_agent"
    assert outcome_option("refused", ()) == "refused"


def test_a_yes_to_another_agents_question_is_no_agreement(parcel: Parcel) -> None:
    """The second agent of a call gets the first one's words, without its tools."""
    tools = {name: tool for name, tool in parcel.tools().items() if name != "verify_name"}
    talk = Talk(tools, DRIVER_PROMPT, NOW)
    talk.messages += [
        ChatMessage(role="assistant", content="Hello, am I speaking with Priya Sharma?"),
        ChatMessage(role="user", content="yes"),
        ChatMessage(role="assistant", content="May I have your name, please?"),
    ]
    assert "14 Gandhi Road" in talk.say("yes, Priya Sharma")
    assert talk.calls == []
    talk.say("yes", "today")
    assert parcel.written["slot"] == "today"
