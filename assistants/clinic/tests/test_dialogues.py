"""Whole dialogues in three languages, with the sandbox's stand-in for the LLM: the callers' words
in, what is in the book out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from livekit.agents import AgentSession

from assistants.clinic.desk import Desk
from evals.conversation import conversation

Book = Callable[[], list[str]]
SUNITA = ("rao", "2026-12-01T10:00", "Sunita Joshi", "98230 11111")
SUNITAS = "rao | 2026-12-01 10:00 | Sunita Joshi | +919823011111"
"""In the book before each dialogue: tomorrow at ten with Dr. Rao."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """A call until the yes that something is written upon."""

    language: str
    says: tuple[str, ...]
    book: tuple[str, ...]
    """What is in the book then."""
    hears: tuple[str, ...]
    """Patterns that are in the last answer."""


BOOKED = f"{SUNITAS} | booked"
REFERENCE = r"\d \d \d \d \d \d"
DIALOGUES = {
    "en, all at once": Dialogue(
        language="en-IN",
        says=(
            "I want an appointment with Doctor Rao on Wednesday at eleven, my name is Ravi Kumar "
            "and my number is 98200 12345",
            "yes",
        ),
        book=(BOOKED, "rao | 2026-12-02 11:00 | Ravi Kumar | +919820012345 | booked"),
        hears=("Wednesday", "11 a.m.", "Dr. Rao", REFERENCE),
    ),
    "en, one by one": Dialogue(
        language="en-IN",
        says=(
            "I want to see Doctor Iyer",
            "tomorrow",
            "half past five",
            "Ravi Kumar",
            "nine eight two zero zero",
            "one two three four five",
            "yes please",
        ),
        book=(BOOKED, "iyer | 2026-12-01 17:30 | Ravi Kumar | +919820012345 | booked"),
        hears=("tomorrow", "5:30 p.m.", "Dr. Iyer", REFERENCE),
    ),
    "en, a taken time": Dialogue(
        language="en-IN",
        says=(
            "an appointment with Doctor Rao tomorrow at ten please",
            "the second one",
            "Ravi Kumar",
            "98200 12345",
            "yes",
        ),
        book=(BOOKED, "rao | 2026-12-01 10:15 | Ravi Kumar | +919820012345 | booked"),
        hears=("tomorrow", "10:15 a.m.", "Dr. Rao", REFERENCE),
    ),
    "en, a doctor who is not there": Dialogue(
        language="en-IN",
        says=(
            "I want an appointment with Doctor Mehta tomorrow",
            "then Doctor Kulkarni",
            "at eleven",
            "Ravi Kumar",
            "98200 12345",
            "yes",
        ),
        book=(BOOKED, "kulkarni | 2026-12-01 11:00 | Ravi Kumar | +919820012345 | booked"),
        hears=("tomorrow", "11 a.m.", "Dr. Kulkarni", REFERENCE),
    ),
    "en, a question in between": Dialogue(
        language="en-IN",
        says=(
            "I want an appointment with Doctor Rao on Wednesday",
            "how much is the consultation",
            "eleven in the morning",
            "Ravi Kumar",
            "98200 12345",
            "yes",
        ),
        book=(BOOKED, "rao | 2026-12-02 11:00 | Ravi Kumar | +919820012345 | booked"),
        hears=("Wednesday", "11 a.m.", "Dr. Rao", REFERENCE),
    ),
    "en, changes her mind": Dialogue(
        language="en-IN",
        says=(
            "I want an appointment with Doctor Rao on Wednesday at eleven",
            "Ravi Kumar",
            "98200 12345",
            "no Thursday please",
            "at twelve",
            "yes",
        ),
        book=(BOOKED, "rao | 2026-12-03 12:00 | Ravi Kumar | +919820012345 | booked"),
        hears=("Thursday", "12 p.m.", "Dr. Rao", REFERENCE),
    ),
    "en, moves": Dialogue(
        language="en-IN",
        says=(
            "I want to move my appointment",
            "98230 11111",
            "Wednesday evening",
            "half past five",
            "yes",
        ),
        book=(f"{SUNITAS} | booked".replace("12-01 10:00", "12-02 17:30"),),
        hears=("Wednesday", "5:30 p.m.", "Dr. Rao"),
    ),
    "en, cancels": Dialogue(
        language="en-IN",
        says=("please cancel my appointment", "98230 11111", "yes"),
        book=(f"{SUNITAS} | cancelled",),
        hears=("cancelled",),
    ),
    "hi, books": Dialogue(
        language="hi-IN",
        says=(
            "मुझे डॉक्टर राव से मिलना है",
            "बुधवार",
            "सुबह ग्यारह बजे",
            "मेरा नाम आशा पाटिल है",
            "नौ आठ दो शून्य शून्य एक दो तीन चार पाँच",
            "हाँ जी",
        ),
        book=(BOOKED, "rao | 2026-12-02 11:00 | Asha Patil | +919820012345 | booked"),
        hears=("बुधवार", "सुबह 11", "राव", REFERENCE),
    ),
    "hi, in Latin letters and mixed": Dialogue(
        language="hi-IN",
        says=(
            "mujhe doctor iyer ka appointment chahiye",
            "kal shaam paanch baje",
            "Rohan",
            "98200 12345",
            "haan",
        ),
        book=(BOOKED, "iyer | 2026-12-01 17:00 | Rohan | +919820012345 | booked"),
        hears=("कल", "शाम 5", "अय्यर", REFERENCE),
    ),
    "hi, moves": Dialogue(
        language="hi-IN",
        says=("मुझे अपॉइंटमेंट बदलना है", "98230 11111", "बुधवार शाम", "साढ़े पाँच बजे", "हाँ"),
        book=(f"{SUNITAS} | booked".replace("12-01 10:00", "12-02 17:30"),),
        hears=("बुधवार", "शाम 5:30"),
    ),
    "hi, cancels": Dialogue(
        language="hi-IN",
        says=("अपॉइंटमेंट कैंसिल कर दीजिए", "98230 11111", "हाँ"),
        book=(f"{SUNITAS} | cancelled",),
        hears=("रद्द|कैंसिल",),
    ),
    "ta, books": Dialogue(
        language="ta-IN",
        says=(
            "அப்பாயின்ட்மென்ட் வேணும்",
            "புதன்கிழமை",
            "காலை பத்து மணிக்கு",
            "என் பெயர் முருகன்",
            "98200 12345",
            "ஆமாம்",
        ),
        book=(BOOKED, "rao | 2026-12-02 10:00 | Murugan | +919820012345 | booked"),
        hears=("புதன்", "காலை 10", "ராவ்", REFERENCE),
    ),
    "ta, moves": Dialogue(
        language="ta-IN",
        says=(
            "அப்பாயின்ட்மென்ட்டை மாத்தணும்",
            "98230 11111",
            "புதன்கிழமை",
            "மாலை ஆறு மணிக்கு",
            "ஆமாம்",
        ),
        book=(f"{SUNITAS} | booked".replace("12-01 10:00", "12-02 18:00"),),
        hears=("புதன்", "மாலை 6"),
    ),
    "ta, cancels": Dialogue(
        language="ta-IN",
        says=("அப்பாயின்ட்மென்ட்டை ரத்து செய்யுங்க", "98230 11111", "ஆமாம்"),
        book=(f"{SUNITAS} | cancelled",),
        hears=("ரத்தா|ரத்து",),
    ),
}


@pytest.fixture
async def call(url: str, now: datetime) -> dict[str, Any]:
    """A call to the clinic, with Sunita's appointment in the book."""
    desk = Desk(url, lambda: now.replace(hour=7))
    await desk.book(*SUNITA, key="before")
    await desk.aclose()
    return {"now": lambda: now, "database_url": url}


async def answer(session: AgentSession[None], text: str) -> str:
    """What the caller hears to these words."""
    result = await session.run(user_input=text)
    return " ".join(
        event.item.text_content or ""
        for event in result.events
        if event.type == "message" and event.item.role == "assistant"
    )


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES)
async def test_a_dialogue_writes_what_the_caller_agreed_to(
    call: dict[str, Any], book: Book, dialogue: Dialogue
) -> None:
    """After the last yes and not before; and the caller hears what is in the book."""
    *before, agrees = dialogue.says
    async with conversation("clinic", dialogue.language, **call) as session:
        for text in before:
            assert await answer(session, text)
        assert book() == [BOOKED]
        said = await answer(session, agrees)
    assert book() == list(dialogue.book)
    assert [pattern for pattern in dialogue.hears if not re.search(pattern, said)] == [], said


async def test_a_slot_that_is_lost_before_the_yes_is_not_confirmed(
    call: dict[str, Any], url: str, now: datetime, book: Book
) -> None:
    """Another call takes it while this one hesitates; the caller gets another time."""
    async with conversation("clinic", "en-IN", **call) as session:
        await answer(session, "I want an appointment with Doctor Rao on Wednesday at eleven")
        await answer(session, "Ravi Kumar")
        await answer(session, "98200 12345")
        other = Desk(url, lambda: now)
        await other.book("rao", "2026-12-02T11:00", "Meena Kale", "98230 33333", key="other")
        await other.aclose()
        said = await answer(session, "yes")
        assert "taken" in said
        assert len(book()) == 2
        await answer(session, "half past eleven")
        await answer(session, "yes")
    assert book()[-1] == "rao | 2026-12-02 11:30 | Ravi Kumar | +919820012345 | booked"


async def test_a_question_that_the_prompt_answers_calls_no_tool(call: dict[str, Any]) -> None:
    """It is answered in one request, as quickly as by an assistant without tools."""
    async with conversation("clinic", "en-IN", **call) as session:
        for question, fact in (
            ("what are your opening hours", "9:30 a.m."),
            ("how much is the consultation", "500"),
            ("how do I get to the clinic", "F.C. Road"),
            ("can I pay by UPI", "UPI"),
        ):
            result = await session.run(user_input=question)
            [event] = result.events
            assert event.type == "message"
            assert fact in (event.item.text_content or "")
