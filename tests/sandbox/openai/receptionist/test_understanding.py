"""What single utterances mean, in three languages and as recognisers garble them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.openai.receptionist.opening import Clock
from sandbox.openai.receptionist.understanding import understand

TOPICS = [
    # English, as it should be heard
    ("Hello!", "greeting"),
    ("What are your opening hours?", "hours"),
    ("when do you close", "hours"),
    ("are you open on sundays", "hours"),
    ("I would like to book an appointment, please.", "book"),
    ("can i see the doctor tomorrow", "book"),
    ("i need a check up", "book"),
    ("I want to change my appointment", "move"),
    ("i cannot come tomorrow", "move"),
    ("please cancel my appointment", "cancel"),
    ("which doctors do you have", "doctors"),
    ("is doctor rao available", "doctors"),
    ("how do I get to the clinic", "directions"),
    ("is there parking", "parking"),
    ("how much does it cost to see the doctor", "fees"),
    ("can i pay by u p i", "payment"),
    ("I have cut my hand", "injury"),
    ("i burned my fingers with hot oil", "injury"),
    ("i think my wrist is broken", "injury"),
    ("my father is unconscious", "emergency"),
    ("there is chest pain", "emergency"),
    ("i have fever since two days", "sick"),
    ("can you say that again", "repeat"),
    ("please speak slowly", "slower"),
    ("do you speak hindi", "language"),
    ("are you a robot", "who"),
    ("can i talk to a real person", "human"),
    ("can you hear me", "present"),
    ("what should i do", "advice"),
    ("i am running late", "late"),
    ("one moment please", "wait"),
    ("i do not know", "unsure"),
    ("i need some help", "help"),
    ("thank you so much", "thanks"),
    ("thank you very much goodbye", "goodbye"),
    ("yes that is right", "yes"),
    ("no that is wrong", "no"),
    # English, misheard
    ("what are your opening ours", "hours"),
    ("wat is the consultatoin fee", "fees"),
    ("i wanna book a point meant", "book"),
    ("can i get an appointmant", "book"),
    ("i have caught my hand", "injury"),
    ("my hand is blleding", "injury"),
    ("wear is the clinic", "directions"),
    ("what is your addres", "directions"),
    # Hindi
    ("नमस्ते जी", "greeting"),
    ("क्लिनिक कितने बजे खुलता है", "hours"),
    ("क्या रविवार को खुला है?", "hours"),
    ("मुझे डॉक्टर को दिखाना है", "book"),
    ("अपॉइंटमेंट चाहिए", "book"),
    ("अपॉइंटमेंट का समय बदलना है", "move"),
    ("मेरा अपॉइंटमेंट रद्द कर दीजिए", "cancel"),
    ("कौन कौन से डॉक्टर हैं", "doctors"),
    ("क्लीनिक का पता क्या है", "directions"),
    ("गाड़ी कहाँ खड़ी करें", "parking"),
    ("फ़ीस कितनी है", "fees"),
    ("फीस कितनी लगेगी", "fees"),
    ("क्या यूपीआई चलता है", "payment"),
    ("मेरा हाथ कट गया है", "injury"),
    ("हाथ जल गया", "injury"),
    ("हाथ की हड्डी टूट गई", "injury"),
    ("सांस नहीं आ रही", "emergency"),
    ("मुझे बुखार है", "sick"),
    ("फिर से बोलिए", "repeat"),
    ("धीरे बोलिए", "slower"),
    ("मुझे पता नहीं", "unsure"),
    ("बहुत धन्यवाद", "thanks"),
    ("हाँ जी", "yes"),
    ("नहीं", "no"),
    # Hindi in Latin letters
    ("clinic kab khulta hai", "hours"),
    ("kya aap sunday ko khule ho", "hours"),
    ("mujhe doctor se milna hai", "book"),
    ("kal ka appointment chahiye", "book"),
    ("appointment cancel karna hai", "cancel"),
    ("kahan hai aapka clinic", "directions"),
    ("fees kitni hai", "fees"),
    ("mera haath jal gaya", "injury"),
    ("haath mein chot lag gayi hai", "injury"),
    ("mujhe pata nahi", "unsure"),
    ("phir se boliye", "repeat"),
    # Tamil
    ("வணக்கம்", "greeting"),
    ("கிளினிக் எத்தனை மணிக்கு திறக்கும்", "hours"),
    ("எப்போ திறப்பீங்க", "hours"),
    ("அப்பாயின்ட்மென்ட் வேணும்", "book"),
    ("டாக்டரை பார்க்கணும்", "book"),
    ("அப்பாயிண்ட்மெண்ட் ரத்து பண்ணணும்", "cancel"),
    ("அப்பாயின்ட்மென்ட் மாத்தணும்", "move"),
    ("எந்த டாக்டர் இருக்காங்க", "doctors"),
    ("முகவரி என்ன", "directions"),
    ("எங்க இருக்கீங்க", "directions"),
    ("கட்டணம் எவ்வளவு", "fees"),
    ("கையில் வெட்டு காயம்", "injury"),
    ("கை சுட்டுடுச்சு", "injury"),
    ("மூச்சு விட முடியல", "emergency"),
    ("காய்ச்சல் இருக்கு", "sick"),
    ("மறுபடியும் சொல்லுங்க", "repeat"),
    ("நன்றி", "thanks"),
    ("ஆமாம்", "yes"),
    ("வேண்டாம்", "no"),
    ("enga irukku clinic", "directions"),
    ("appointment venum", "book"),
]


@pytest.mark.parametrize(("text", "topic"), TOPICS)
def test_the_topic_of_an_utterance(text: Any, topic: Any) -> None:
    """The most important topic, in any spelling."""
    assert understand(text, "en").topic == topic


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hmm",
        "the purple elephant sings",
        "there is a thing",
        "eight three nine",
        "नीला हाथी",
    ],
)
def test_what_is_of_no_topic_is_not_understood(text: str) -> None:
    """Words that only look like keywords ("there", "eight") indicate nothing."""
    assert understand(text, "en").topics == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what are your hours", "en"),
        ("आप कब खुलते हैं", "hi"),
        ("appointment चाहिए please", "hi"),
        ("aapki fees kitni hai", "hi"),
        ("உங்கள் முகவரி என்ன", "ta"),
        ("enga irukku clinic", "ta"),
        ("monday", "so far"),
        ("ok ravi", "so far"),
        ("10:30", "so far"),
        ("", "so far"),
    ],
)
def test_the_language_follows_script_and_small_words(text: str, language: str) -> None:
    """What shows no language leaves that of the conversation."""
    for so_far in ("en", "hi", "ta"):
        expected = so_far if language == "so far" else language
        assert understand(text, so_far).language == expected


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("at 5", 17, 0),
        ("at ten", 10, 0),
        ("10:30", 10, 30),
        ("10.30 am", 10, 30),
        ("5 p.m.", 17, 0),
        ("seven a m", 7, 0),
        ("half past ten", 10, 30),
        ("quarter to six", 17, 45),
        ("ten forty five", 10, 45),
        ("six thirty in the evening", 18, 30),
        ("eleven o'clock", 11, 0),
        ("17:30", 17, 30),
        ("at 10 i am free", 10, 0),
        ("at 5 i am free", 17, 0),
        ("tomorrow morning", 10, 0),
        ("in the evening", 17, 30),
        ("साढ़े दस बजे", 10, 30),
        ("सवा पाँच बजे शाम को", 17, 15),
        ("पौने छह बजे", 17, 45),
        ("शाम 6 बजे", 18, 0),
        ("सुबह ग्यारह बजे", 11, 0),
        ("subah das baje", 10, 0),
        ("shaam ko saadhe paanch baje", 17, 30),
        ("do baje", 14, 0),
        ("பத்தரை மணிக்கு", 10, 30),
        ("மாலை ஐந்து மணிக்கு", 17, 0),
        ("காலை 11 மணி", 11, 0),
    ],
)
def test_the_time_that_was_said(text: str, hour: int, minute: int) -> None:
    """Clocks in figures and words, by the clinic's day where a.m. or p.m. is not said."""
    assert understand(text, "en").clock == Clock(hour, minute)


@pytest.mark.parametrize(
    "text", ["good morning", "do you have a doctor", "காலை வணக்கம்", "i have two sons"]
)
def test_greetings_and_other_numbers_are_no_time(text: str) -> None:
    """Greetings name no time, nor does a number of other things."""
    assert understand(text, "en").clock is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on wednesday", "wednesday"),
        ("tommorow", "tomorrow"),
        ("the day after tomorrow", "day_after"),
        ("this evening", "today"),
        ("कल सुबह", "tomorrow"),
        ("परसों", "day_after"),
        ("गुरुवार को", "thursday"),
        ("raviwar ko", "sunday"),
        ("நாளைக்கு", "tomorrow"),
        ("நாளை மறுநாள்", "day_after"),
        ("செவ்வாய்க்கிழமை", "tuesday"),
        ("any time", None),
    ],
)
def test_the_day_that_was_said(text: str, day: str | None) -> None:
    """Days by name and by their distance, phrases before the words within them."""
    assert understand(text, "en").day == day


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is ravi kumar", "Ravi Kumar"),
        ("hello this is anita speaking", "Anita"),
        ("mera naam sunita hai", "Sunita"),
        ("मेरा नाम रवि शर्मा है", "रवि शर्मा"),
        ("என் பெயர் முருகன்", "முருகன்"),
        ("this is an emergency", None),
        ("my name is", None),
        ("i want an appointment", None),
    ],
)
def test_the_name_that_was_given(text: str, name: str | None) -> None:
    """A name follows its phrase and ends before the next small word."""
    assert understand(text, "en").name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ravi", "Ravi"),
        ("it is deepa", "Deepa"),
        ("i am fatima sheikh", "Fatima Sheikh"),
        ("जी रवि", "रवि"),
        ("what do you want from me now", None),
        ("98765", None),
        ("monday", None),
    ],
)
def test_a_bare_name_is_what_is_left(text: str, name: str | None) -> None:
    """If a name was asked for, a few unknown words are one."""
    assert understand(text, "en").bare_name == name


@pytest.mark.parametrize(
    ("text", "injury", "serious"),
    [
        ("i cut my finger and it is bleeding", "cut", False),
        ("i cut my finger it is bleeding a lot", "cut", True),
        ("hot oil fell on my hand", "burn", False),
        ("my arm is swollen", "fracture", False),
        ("हाथ कट गया बहुत खून आ रहा है", "cut", True),
        ("haath jal gaya", "burn", False),
        ("கையில எலும்பு முறிவு", "fracture", False),
        ("my hand hurts", None, False),
    ],
)
def test_the_kind_of_an_injury(text: str, injury: str | None, serious: bool) -> None:
    """Cut, burn or fracture, and whether it cannot wait for a doctor."""
    heard = understand(text, "en")
    assert heard.topic == "injury"
    assert (heard.injury, heard.serious) == (injury, serious)


def test_callers_and_doctors_share_surnames() -> None:
    """A doctor's name within the caller's own is the caller's."""
    assert understand("my name is ravi rao", "en").doctor is None
    assert understand("doctor rao please my name is ravi", "en").doctor == "rao"
