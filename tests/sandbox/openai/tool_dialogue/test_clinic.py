"""Whole conversations with a clinic's tools: what they write, and what the caller hears."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.openai.schema import ChatMessage

from .conftest import CAREFUL, NOW, Desk, Talk

RAVI = {
    "doctor": "Dr. Rao",
    "start": "2026-03-05T10:00",
    "name": "Ravi Kumar",
    "phone": "9876543210",
}
BOOKED = "an appointment tomorrow at ten my name is ravi kumar my number is 98765 43210"


def test_an_appointment_is_booked_in_english(talk: Talk, desk: Desk) -> None:
    """One thing at a time; the offered times are the tool's; nothing is written before the yes."""
    assert talk.say("i want an appointment").endswith("Which day suits you?")
    offered = talk.say("tomorrow")
    assert "9:30 a.m. or 5 p.m. tomorrow" in offered
    assert "name" in talk.say("ten o'clock")
    assert "phone" in talk.say("ravi kumar")
    asked = talk.say("98765 43210")
    assert "Ravi Kumar" in asked
    assert "tomorrow at 10 a.m. with Dr. Rao" in asked
    assert not desk.booked
    said = talk.say("yes please")
    assert desk.booked == {"A101": RAVI}
    assert "tomorrow at 10 a.m." in said
    assert "A 1 0 1" in said
    assert "goodbye" in talk.say("no thank you")
    assert talk.called("end_call") == [{}]


@pytest.mark.parametrize(
    ("texts", "name", "words"),
    [
        (
            ["मुझे डॉक्टर से मिलना है", "कल", "सुबह दस बजे", "मेरा नाम सुनीता शर्मा है",
             "नौ आठ सात छह पाँच चार तीन दो एक शून्य", "हाँ जी"],
            "Sunita Sharma",
            "कल सुबह 10 बजे",
        ),
        (
            ["mujhe appointment chahiye", "kal", "das baje", "mera naam ravi hai",
             "98765 43210", "haan ji"],
            "Ravi",
            "कल सुबह 10 बजे",
        ),
        (
            ["அப்பாயின்ட்மென்ட் வேணும்", "நாளைக்கு", "காலை பத்து மணிக்கு", "என் பெயர் முருகன்",
             "९८७६५ ४३२१०", "ஆமாம்"],
            "Murugan",
            "நாளை காலை 10 மணிக்கு",
        ),
    ],
)  # fmt: skip
def test_an_appointment_is_booked_in_other_languages(
    talk: Talk, desk: Desk, texts: list[str], name: str, words: str
) -> None:
    """The tool gets Latin letters and ISO times; the caller hears the own language."""
    said = talk.say(*texts)
    assert desk.booked == {"A101": {**RAVI, "name": name}}
    assert words in said


def test_all_at_once_needs_only_a_lookup_and_a_yes(talk: Talk, desk: Desk) -> None:
    """The times of the day are looked up all the same."""
    assert "Shall I book it?" in talk.say(BOOKED)
    assert [call["day"] for call in talk.called("free_slots")] == ["2026-03-05"]
    talk.say("yes")
    assert desk.booked == {"A101": RAVI}


def test_a_time_that_is_not_free_is_never_offered() -> None:
    """The nearest free times are."""
    desk = Desk("2026-03-05T10:00")
    talk = Talk(desk.tools(), CAREFUL, NOW)
    said = talk.say("book an appointment tomorrow at ten")
    assert "not free" in said
    assert "9:30 a.m. or 11:30 a.m." in said
    talk.say("the second one", "ravi kumar", "98765 43210", "yes")
    assert desk.booked["A101"]["start"] == "2026-03-05T11:30"


def test_another_time_refuses_what_was_offered(talk: Talk, desk: Desk) -> None:
    """Also another part of the day, another day, and at the very end."""
    assert "5 p.m. or 6:30 p.m." in talk.say("book an appointment for friday evening")
    assert "9:30 a.m. or 10 a.m." in talk.say("no another time")
    talk.say("9 30", "ravi kumar")
    assert "?" not in talk.say("98765")  # the rest of the number is waited for
    assert "on Friday at 9:30 a.m." in talk.say("43210")
    assert "on Friday at 10 a.m." in talk.say("no make it ten")
    assert "on Monday" in talk.say("no monday please")
    assert "on Monday at 10 a.m." in talk.say("ten")
    talk.say("yes")
    assert desk.booked == {"A101": {**RAVI, "start": "2026-03-09T10:00"}}


def test_a_slot_that_is_lost_meanwhile_is_reported_and_others_are_offered(
    talk: Talk, desk: Desk
) -> None:
    """The tool has the last word: its refusal is heard, and what is free now."""
    talk.say(BOOKED)
    desk.taken.add("2026-03-05T10:00")
    said = talk.say("yes")
    assert not desk.booked
    assert "taken" in said or "not free" in said
    assert "9:30 a.m." in said
    talk.say("9 30", "yes")
    assert desk.booked["A101"]["start"] == "2026-03-05T09:30"


def test_the_confirmation_is_the_records_not_the_dialogues(talk: Talk, desk: Desk) -> None:
    """A tool that writes another time is heard."""
    book = desk.book_appointment
    wrong: Any = lambda start, **rest: book(start="2026-03-05T11:30", **rest)  # noqa: E731
    about, _ = desk.tools()["book_appointment"]
    talk = Talk({**desk.tools(), "book_appointment": (about, wrong)}, CAREFUL, NOW)
    assert "11:30 a.m." in talk.say(BOOKED, "yes")


def test_an_appointment_is_moved(talk: Talk, desk: Desk) -> None:
    """It is found by the number, and gets a time that is free."""
    talk.say(BOOKED, "yes")
    again = Talk(desk.tools(), CAREFUL, NOW)
    assert "phone" in again.say("i want to move my appointment")
    assert "tomorrow at 10 a.m." in again.say("98765 43210")
    again.say("friday", "in the evening", "the first one")
    assert "5 p.m. on Friday" in again.say("yes")
    assert desk.booked["A101"]["start"] == "2026-03-06T17:00"


def test_one_of_several_appointments_is_cancelled(talk: Talk, desk: Desk) -> None:
    """The caller is asked which one, and to be sure."""
    talk.say(BOOKED, "yes", "book doctor iyer for friday at 5 pm", "yes")
    assert len(desk.booked) == 2
    again = Talk(desk.tools(), CAREFUL, NOW)
    said = again.say(
        "cancel my appointment my number is nine eight seven six five four three two one zero"
    )
    assert "more than one" in said or "several" in said
    assert "on Friday at 5 p.m." in again.say("no the other one")
    assert "on Friday at 5 p.m." in again.say("yes")
    again.say("yes")
    assert list(desk.booked) == ["A101"]


def test_an_unknown_number_finds_nothing(talk: Talk, desk: Desk) -> None:
    """And is asked for again, not invented."""
    said = talk.say("cancel my appointment", "98765 43210")
    assert "no appointment" in said
    assert "phone" in said
    assert talk.called("cancel_appointment") == []


def test_a_question_in_between_does_not_lose_the_thread(talk: Talk, desk: Desk) -> None:
    """Facts are the prompt's, hours are the tool's."""
    talk.say("i want an appointment", "tomorrow")
    fee = talk.say("how much is the fee")
    assert "Rs. 650" in fee
    assert fee.count("?") == 1
    hours = talk.say("are you open on sunday")
    assert "9:30 a.m. to 1 p.m." in hours
    assert talk.called("opening_hours") == [{"day": "2026-03-08"}]
    talk.say("ten", "ravi kumar", "98765 43210", "yes")
    assert desk.booked == {"A101": RAVI}


def test_a_doctor_who_is_not_there_is_not_booked(talk: Talk) -> None:
    """The doctors are those of the prompt."""
    said = talk.say("i want to see doctor mehta tomorrow")
    assert "Dr. Rao, Dr. Iyer, Dr. Kulkarni" in said
    assert talk.calls == []
    assert "Dr. Iyer" in talk.say("doctor iyer then")


@pytest.mark.parametrize(
    "result", ["The book cannot be reached just now.", "An internal error occurred"]
)
def test_a_tool_that_fails_is_reported(desk: Desk, result: str) -> None:
    """The caller hears it, and nothing that did not happen."""
    about, _ = desk.tools()["book_appointment"]
    broken: Any = lambda **_: result  # noqa: E731
    talk = Talk({**desk.tools(), "book_appointment": (about, broken)}, CAREFUL, NOW)
    said = talk.say(BOOKED, "yes")
    assert "sorry" in said.lower()
    assert "booked" not in said.lower()


def test_a_wrong_number_is_asked_for_again(desk: Desk) -> None:
    """The tool's objection names what to ask for."""
    about, _ = desk.tools()["book_appointment"]
    strict: Any = lambda phone, **rest: (  # noqa: E731
        desk.book_appointment(phone=phone, **rest)
        if phone[0] in "6789"
        else "An Indian mobile number begins with 6 to 9. Ask the caller for a mobile number."
    )
    talk = Talk({**desk.tools(), "book_appointment": (about, strict)}, CAREFUL, NOW)
    said = talk.say(BOOKED.replace("98765", "18765"), "yes")
    assert "phone number" in said
    assert "Ask" not in said
    talk.say("98765 43210", "yes")
    assert desk.booked == {"A101": RAVI}


def test_a_person_and_an_emergency_come_first(talk: Talk) -> None:
    """In the middle of a booking too."""
    talk.say("i want an appointment")
    assert "112" in talk.say("he is unconscious")
    assert "person" in talk.say("connect me to a human please")
    assert talk.called("transfer_to_human")


def test_giving_up_writes_nothing(talk: Talk, desk: Desk) -> None:
    """No thank you at the end is no."""
    assert "booked" not in talk.say(BOOKED, "no thank you").lower()
    assert not desk.booked


def test_a_complaint_leads_to_its_doctor(talk: Talk, desk: Desk) -> None:
    """Day and doctor of the complaint are kept, and its "shall I book" is answered by a time."""
    assert "Dr. Iyer" in talk.say("my son has a fever, can he come on friday evening?")
    assert "Dr. Iyer has 5 p.m. on Friday" in talk.say("at five then")
    talk.say("aarav mehta", "98765 43210", "yes")
    assert desk.booked["A101"]["doctor"] == "Dr. Iyer"


def test_a_caller_who_does_not_mind_gets_the_first_time(talk: Talk, desk: Desk) -> None:
    """Tomorrow, and the first of what is free then."""
    talk.say("i want an appointment", "i do not know", "whatever you have", "ravi kumar")
    talk.say("98765 43210", "yes")
    assert desk.booked["A101"]["start"] == "2026-03-05T09:30"


@pytest.mark.parametrize(
    "said",
    [
        "Yes, that is right. Ravi Kumar",
        "Quickly please, Ravi Kumar. R A V I, K U M A R.",
        "my name is ravi kumar please",
        "Ravi Kumar. R for Rajdhani, A for Agra.",
    ],
)
def test_a_name_is_found_among_other_words(talk: Talk, desk: Desk, said: str) -> None:
    """Callers put words before it, and spell it."""
    talk.say("an appointment tomorrow at ten", said, "98765 43210", "yes")
    assert desk.booked["A101"]["name"] == "Ravi Kumar"


@pytest.mark.parametrize("said", ["Hm.", "हम्म।", "... orry ... traffic ...", "what?"])
def test_other_words_are_no_name(talk: Talk, said: str) -> None:
    """The name is asked for again."""
    assert "name" in talk.say("an appointment tomorrow at ten", said) or "नाम" in (
        talk.messages[-1].text
    )


def test_an_assent_after_other_words_is_one(talk: Talk, desk: Desk) -> None:
    """ "I have no time, yes, that is right." has a no in it."""
    talk.say(BOOKED, "मेरे पास टाइम नहीं है, हाँ, सही है।")
    assert list(desk.booked) == ["A101"]


def test_words_of_the_session_do_not_lose_the_thread(talk: Talk, desk: Desk) -> None:
    """Fillers and apologies are said between the turns by others than the model."""
    talk.say("an appointment tomorrow at ten")
    talk.messages.append(ChatMessage(role="assistant", content="One moment, please."))
    talk.say("ravi kumar", "98765 43210", "yes")
    assert list(desk.booked) == ["A101"]


def test_without_a_lookup_the_reference_is_asked_for(desk: Desk) -> None:
    """It is never invented."""
    tools = {name: tool for name, tool in desk.tools().items() if name != "find_appointments"}
    talk = Talk(tools, CAREFUL, NOW)
    talk.say(BOOKED, "yes")
    assert "booking number" in talk.say("cancel my appointment")
    assert "booking number" in talk.say("hm")
    talk.say("it is A101", "yes")
    assert desk.booked == {}
