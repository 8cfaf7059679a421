"""Whole conversations: questions, confirmations, repetitions, misunderstandings."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from sandbox.openai.receptionist import Message, answer
from sandbox.openai.receptionist.templates import templates

from .conftest import Call, CallAt


def test_an_appointment_is_booked_in_english(call: Call) -> None:
    """Day, time and name are asked for one by one, then confirmed."""
    assert call.say("i want an appointment").endswith("Which day suits you?")
    assert call.say("monday").endswith("What time would you like?")
    assert call.say("at half past ten").endswith("May I have your name?")
    said = call.say("ravi kumar")
    for part in ("Ravi Kumar", "on Monday", "10:30 a.m.", "Dr. Rao", "?"):
        assert part in said
    assert "10:30 a.m." in call.say("yes please")
    assert "goodbye" in call.say("no thank you")


def test_an_appointment_is_booked_in_hindi(call: Call) -> None:
    """The same, in Devanagari, from Devanagari."""
    assert "दिन" in call.say("मुझे अपॉइंटमेंट चाहिए")
    assert "समय" in call.say("कल")
    assert "नाम" in call.say("शाम साढ़े पांच बजे")
    said = call.say("मेरा नाम रवि है")
    assert "रवि" in said
    assert "कल शाम 5:30 बजे" in said
    assert "कल शाम 5:30 बजे" in call.say("हाँ जी")


def test_hindi_in_latin_letters_is_answered_in_devanagari(call: Call) -> None:
    """TTS reads Devanagari as Hindi, however the recogniser writes it."""
    said = call.say("mujhe doctor iyer se milna hai kal subah das baje", "ravi")
    assert "कल सुबह 10 बजे" in said
    assert "डॉ. अय्यर" in said


def test_an_appointment_is_booked_in_tamil(call: Call) -> None:
    """The same, in Tamil."""
    assert "நாள்" in call.say("அப்பாயின்ட்மென்ட் வேணும்")
    assert "நேரம்" in call.say("நாளைக்கு")
    assert "பெயர்" in call.say("காலை பத்தரை மணிக்கு")
    said = call.say("என் பெயர் முருகன்")
    assert "முருகன்" in said
    assert "நாளை காலை 10:30 மணிக்கு" in said
    assert "ரூ. 500" in call.say("ஆமாம்")


def test_all_at_once_needs_only_a_confirmation(call: Call) -> None:
    """The receptionist does not ask for what it already knows."""
    said = call.say("book doctor iyer for friday at six thirty my name is anita")
    assert "Anita" in said
    assert "on Friday at 6:30 p.m. with Dr. Iyer" in said
    assert said.endswith("Shall I book it?")


def test_a_time_outside_the_hours_is_answered_with_one_within(call: Call) -> None:
    """The clinic rests at midday and on Sunday afternoons; the next open time is offered."""
    assert "5 p.m." in call.say("appointment tomorrow at 3 pm")
    assert "name" in call.say("yes")
    assert "5 p.m." in call.say("meena")
    assert "12 p.m." in call.say("no", "sunday at 6 pm")
    assert "time" in call.say("no")
    assert "11 a.m." in call.say("eleven")


def test_a_side_question_does_not_lose_the_thread(call: Call) -> None:
    """The question is answered, and the open one asked again."""
    call.say("i want an appointment", "tuesday")
    said = call.say("how much is the fee")
    assert "Rs. 500" in said
    assert "time" in said
    assert "6 p.m." in call.say("at six", "ravi")


def test_a_mistake_is_corrected_at_the_confirmation(call: Call) -> None:
    """New slots replace old ones; a mere no asks what to change."""
    call.say("appointment monday at ten my name is ravi")
    assert "on Tuesday at 10 a.m." in call.say("no make it tuesday")
    assert "day and time" in call.say("no")
    assert "on Friday at 6 p.m." in call.say("friday at six")


def test_an_appointment_is_moved_and_cancelled(call: Call) -> None:
    """The name is known from before; cancelling asks to be sure."""
    call.say("appointment monday at ten my name is ravi", "yes")
    said = call.say("can i move it to tuesday at five in the evening")
    assert "Ravi" in said
    assert "on Tuesday at 5 p.m." in said
    call.say("yes")
    assert "Ravi" in call.say("i want to cancel my appointment")
    assert "cancelled" in call.say("yes")


def test_a_booking_is_given_up(call: Call) -> None:
    """ "Cancel" in the middle of a booking ends it; there is nothing to cancel yet."""
    call.say("i want an appointment", "monday")
    assert "anything else" in call.say("no cancel it").lower()
    assert "9:30" in call.say("what are your hours")


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("i have cut my hand", "clean cloth"),
        ("i burned my hand", "cool running water"),
        ("i broke my wrist", "still"),
        ("mera haath jal gaya", "पानी"),
        ("हाथ कट गया", "साफ़ कपड़े"),
        ("கையில் வெட்டு காயம்", "துணி"),
    ],
)
def test_first_aid_comes_with_come_now_and_112(call: Call, said: str, advice: str) -> None:
    """Each injury has its own first aid; nobody needs an appointment for it."""
    reply = call.say(said)
    assert advice in reply
    assert "112" in reply


def test_an_unclear_injury_is_asked_about(call: Call) -> None:
    """The kind decides the first aid; the next answer may be one word."""
    assert "a cut, a burn" in call.say("my hand hurts")
    assert "running water" in call.say("burn")
    assert "112" in call.say("should i come to the clinic")


@pytest.mark.parametrize("said", ["it wont stop bleeding", "he is unconscious", "बहुत खून बह रहा है"])
def test_what_cannot_wait_calls_112_first(call: Call, said: str) -> None:
    """A serious injury is no case for first aid on the phone."""
    call.say("i cut my hand")
    reply = call.say(said)
    assert "112" in reply[:40]


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ((2026, 3, 4, 11, 0), "until 1 p.m."),
        ((2026, 3, 4, 14, 0), "5 p.m."),
        ((2026, 3, 4, 22, 0), "tomorrow morning"),
        ((2026, 3, 8, 16, 0), "tomorrow morning"),
    ],
)
def test_whether_it_is_open_now(at: CallAt, moment: tuple[Any, ...], said: str) -> None:
    """Wednesday has two sessions, Sunday one."""
    assert said in at(*moment).say("are you open now")


def test_a_relative_day_may_be_a_sunday(at: CallAt) -> None:
    """Tomorrow, on a Saturday, is the short day."""
    assert "10 a.m. to 1 p.m." in at(2026, 3, 7, 11, 0).say("are you open tomorrow")
    assert "8:30 p.m." in at(2026, 3, 4, 11, 0).say("are you open tomorrow")


def test_two_questions_get_two_answers(call: Call) -> None:
    """Directions and parking in one breath."""
    said = call.say("how do i reach there and is there parking")
    assert "F.C. Road" in said
    assert "behind the building" in said


def test_a_repetition_says_the_last_answer_again(call: Call) -> None:
    """Also twice, and slowly; it is the answer that is repeated, not the repetition."""
    answer = call.say("how much is the fee")
    once, twice, slowly = (call.say(text) for text in ("repeat that", "say again", "slow down"))
    assert all(said.endswith(answer) for said in (once, twice, slowly))
    assert len({answer, once, twice, slowly}) == 4
    assert len(twice) < len(answer) + 40


def test_the_callers_last_language_is_followed(call: Call) -> None:
    """A change of language, spoken or requested, changes the answers; unclear words do not."""
    assert "Asha Clinic" in call.say("hello")
    assert "नमस्ते" in call.say("नमस्ते")
    assert "नाम" in call.say("appointment monday 10 am")
    assert "हिंदी" not in call.say("can you speak in tamil")
    assert call.ask("ok").language == "ta"
    assert call.ask("thank you for that").language == "en"
    assert "English, Hindi" in call.say("do you speak telugu")


@pytest.mark.parametrize("text", ["ক্লিনিক কখন খোলে", "క్లినిక్ ఎక్కడ ఉంది", "آپ کب کھلتے ہیں"])
def test_an_unknown_language_gets_an_answer_that_says_so(call: Call, text: str) -> None:
    """Bengali, Telugu and Urdu letters are recognised, but not read."""
    assert "Hindi" in call.say(text)


def test_a_greeting_that_came_first_sets_the_language(call: Call) -> None:
    """An agent that greets in Hindi stays in Hindi until the caller speaks another language."""
    call.messages.append(Message("assistant", "नमस्ते, आशा क्लिनिक में आपका स्वागत है।"))
    assert call.ask("appointment").language == "hi"


def test_what_is_not_understood_is_answered_with_what_can_be_asked(call: Call) -> None:
    """Never the same words twice in a row, however often it happens."""
    said = [call.say(text) for text in ("purple elephant", "la la la", "xyz", "blue moon", "xyz")]
    assert all(one != other for one, other in itertools.pairwise(said))
    assert len(set(said)) == 3
    assert "appointments" in said[0]


UTTERANCES = (
    """
hello | what are your hours | book | monday | at ten | ravi | yes | no | how much | where are you
i cut my hand | burn | repeat that | thanks | bye | purple elephant | cancel it | speak slowly
wait | नमस्ते | फीस कितनी है | कल | नहीं | வணக்கம் | நாளை | கட்டணம் எவ்வளவு | sunday at six
who are you | i have fever | doctor iyer | change my appointment | i dont know | can you hear me
do you speak urdu | are you open now | i am running late | what should i do | in hindi please
""".strip()
    .replace("\n", " | ")
    .split(" | ")
)


@pytest.mark.parametrize("seed", range(8))
def test_no_two_replies_in_a_row_are_the_same(call: Call, seed: int) -> None:
    """In any order of anything, also of the same thing again; and every reply can be spoken."""
    order = random.Random(seed)
    said = []
    for _ in range(40):
        text = order.choice(UTTERANCES)
        said += [call.say(text) for _ in range(order.choice((1, 1, 2, 3)))]
    assert all(one != other for one, other in itertools.pairwise(said))
    for reply in said:
        assert reply.strip()
        assert not set("*_#[]{}|`<>\n") & set(reply)
        assert ".." not in reply


def test_the_same_messages_get_the_same_reply(call: Call) -> None:
    """The state follows from the messages alone."""
    call.say("book an appointment", "monday", "at ten")
    assert answer(call.messages[:-1], call.now).text == call.messages[-1].text


def test_an_interrupted_caller_goes_on(call: Call) -> None:
    """User messages without a reply between them are one turn."""
    call.messages.append(Message("user", "i want an appointment"))
    assert "10 a.m." in call.say("on monday at ten my name is ravi")


def test_an_agent_that_speaks_unasked(call: Call) -> None:
    """Without a word of the caller it greets; after a reply it asks whether the caller is there."""
    greeting = answer(call.messages, call.now).text
    assert "Asha Clinic" in greeting
    call.say("how much")
    asked = []
    for _ in range(3):
        call.messages.append(Message("system", "The caller is silent."))
        asked.append(answer(call.messages, call.now).text)
        call.messages.append(Message("assistant", asked[-1]))
    assert all("there" in text for text in asked)
    assert asked[0] != asked[1] != asked[2]


def test_the_result_of_a_tool_is_spoken_and_closes_the_task(call: Call) -> None:
    """Afterwards the receptionist does not ask again for what a tool was given."""
    call.messages += [
        Message("user", "appointment monday at ten my name is ravi"),
        Message("assistant", "", ("book",)),
        Message("tool", '{"message": "Booked."}'),
    ]
    assert answer(call.messages, call.now).text == "Booked."
    call.messages.append(Message("assistant", "Booked."))
    assert "goodbye" in call.say("no")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("We have room at 10.", "We have room at 10."),
        ('{"answer": "Yes."}', "Yes."),
        ('{"free_slots": ["10:00", "11:30"]}', "free slots 10:00, 11:30."),
        ("null", "All right, that is done."),
        ("ok", "All right, that is done."),
        ("", "All right, that is done."),
        ("[1, true, null]", "1, yes"),
    ],
)
def test_results_of_tools_become_sentences(content: str, text: str) -> None:
    """Sentences are spoken, JSON is put in words, and an empty result means success."""
    messages = [Message("assistant", "", ("tool",)), Message("tool", content)]
    assert answer(messages, None).text == text


@pytest.mark.parametrize("language", ["en", "hi", "ta"])
def test_the_first_clause_is_often_short(language: str) -> None:
    """Most replies begin with a clause that is spoken within a second."""
    book = templates(language).templates
    starts = [
        text.split(".")[0].split(",")[0].split("।")[0] for row in book.values() for text in row
    ]
    assert sum(len(start) <= 25 for start in starts) > len(starts) / 2
