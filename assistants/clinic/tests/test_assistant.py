"""The receptionist's tools under an LLM that a test writes: what they do, and what they return."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from livekit.agents import AgentSession

from assistants.clinic.assistant import Receptionist
from assistants.clinic.desk import Desk, DeskUnavailable
from evals.conversation import conversation
from tests.support.clinic import CLINIC
from tests.support.tool_llm import Call, ToolLLM

Book = Callable[[], list[str]]
ASHA = {"name": "Asha Patil", "phone": "98765 43210"}
TEN: dict[str, Any] = {"doctor": "Dr. Rao", "start": "2026-12-01T10:00", **ASHA}
LATER = "2026-12-01T11:00"
BOOKED = "rao | 2026-12-01 10:00 | Asha Patil | +919876543210 | booked"


class Clinic:
    """Conversations with the clinic."""

    def __init__(self, url: str, now: datetime) -> None:
        self.call: dict[str, Any] = {"now": lambda: now, "database_url": url}

    async def results(self, *turns: list[Call]) -> list[str]:
        """What the tools returned in a conversation whose LLM makes these calls, turn by turn; each
        turn is answered."""
        llm = ToolLLM(*(answer for turn in turns for answer in (list(turn), ["Yes."])))
        async with conversation("clinic", llm=llm, **self.call) as session:
            return [output for _ in turns for output in await said(session)]

    async def results_of_one_turn(self, *calls: Call) -> list[str]:
        """What the tools returned in one turn of the caller, in which the model makes one call
        after the other."""
        llm = ToolLLM(*([call] for call in calls), ["Yes."])
        async with conversation("clinic", llm=llm, **self.call) as session:
            return await said(session)


async def said(session: AgentSession[None], text: str = "Please.") -> list[str]:
    """What the tools returned in the caller's turn."""
    result = await session.run(user_input=text)
    message = result.expect[-1].is_message(role="assistant")
    assert message.event().item.text_content == "Yes."
    return [
        event.item.output for event in result.events if event.item.type == "function_call_output"
    ]


@pytest.fixture
def clinic(url: str, now: datetime) -> Clinic:
    return Clinic(url, now)


def reference_in(result: str) -> str:
    return result.partition("reference ")[2][:6]


async def test_an_appointment_is_booked_and_read_back_from_the_book(
    clinic: Clinic, book: Book
) -> None:
    """What the model gets is the record, in the forms of the tools."""
    free, booked = await clinic.results(
        [Call("free_slots", {"doctor": "Rao", "day": "2026-12-01", "part_of_day": "morning"})],
        [Call("book_appointment", TEN)],
    )
    assert free.startswith("Free with Dr. Rao on Tuesday 2026-12-01: 09:30, 09:45, 10:00,")
    assert free.endswith("12:45.")
    assert book() == [BOOKED]
    reference = reference_in(booked)
    assert booked == (
        f"Booked: reference {reference}, Dr. Rao, Tuesday 2026-12-01T10:00, Asha Patil, "
        "+919876543210."
    )


async def test_the_evening_begins_where_the_morning_has_ended(clinic: Clinic) -> None:
    """Both together are the day."""
    day = {"doctor": "Dr. Kulkarni", "day": "2026-12-01"}
    whole, morning, evening = await clinic.results(
        [
            Call("free_slots", day),
            Call("free_slots", {**day, "part_of_day": "morning"}),
            Call("free_slots", {**day, "part_of_day": "evening"}),
        ]
    )
    assert whole == morning
    assert evening.startswith("Nothing is free with Dr. Kulkarni on Tuesday 2026-12-01")


async def test_an_appointment_is_found_moved_and_cancelled(clinic: Clinic, book: Book) -> None:
    """By the phone number, then by the reference."""
    (booked,) = await clinic.results([Call("book_appointment", TEN)])
    reference = reference_in(booked)
    found, moved, cancelled, gone = await clinic.results(
        [Call("find_appointments", {"phone": "+91 98765 43210"})],
        [Call("move_appointment", {"reference": reference, "start": "2026-12-02T17:30"})],
        [Call("cancel_appointment", {"reference": reference})],
        [Call("find_appointments", {"phone": "9876543210"})],
    )
    assert found == booked
    assert moved == booked.replace("Tuesday 2026-12-01T10:00", "Wednesday 2026-12-02T17:30")
    assert cancelled == moved.replace("Booked", "Cancelled")
    assert gone.startswith("No appointments")
    assert book() == ["rao | 2026-12-02 17:30 | Asha Patil | +919876543210 | cancelled"]


async def test_a_move_may_change_the_doctor(clinic: Clinic, book: Book) -> None:
    """The appointment stays the same one."""
    (booked,) = await clinic.results([Call("book_appointment", TEN)])
    to = {"reference": reference_in(booked), "start": "2026-12-02T17:30", "doctor": "Iyer"}
    (moved,) = await clinic.results([Call("move_appointment", to)])
    assert reference_in(moved) == reference_in(booked)
    assert book() == ["iyer | 2026-12-02 17:30 | Asha Patil | +919876543210 | booked"]


async def test_what_is_asked_for_twice_in_a_turn_is_done_once(clinic: Clinic, book: Book) -> None:
    """A model may repeat itself; both calls return the one record."""
    first, second = await clinic.results(
        [Call("book_appointment", TEN), Call("book_appointment", TEN)]
    )
    assert first == second
    assert book() == [BOOKED]


async def test_what_has_changed_within_a_turn_is_read_back_as_it_is_now(
    clinic: Clinic, book: Book
) -> None:
    """A first result must not confirm later what is no longer in the book."""
    (booked,) = await clinic.results([Call("book_appointment", TEN)])
    there = Call("move_appointment", {"reference": reference_in(booked), "start": LATER})
    back = Call("move_appointment", {"reference": reference_in(booked), "start": TEN["start"]})
    *_, last = await clinic.results_of_one_turn(there, back, there)
    assert "2026-12-01T10:00" in last
    assert book() == [BOOKED]


async def test_a_book_that_answers_again_is_asked_again_in_the_same_turn(
    clinic: Clinic, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk itself asks the model to try once more."""
    failures = iter([DeskUnavailable("locked")])
    works = Desk.book

    async def locked_at_first(*given: Any, **how: Any) -> Any:
        if (failure := next(failures, None)) is not None:
            raise failure
        return await works(*given, **how)

    monkeypatch.setattr(Desk, "book", locked_at_first)
    wanted = Call("book_appointment", TEN)
    first, second = await clinic.results_of_one_turn(wanted, wanted)
    assert "cannot be reached" in first
    assert second.startswith("Booked")
    assert book() == [BOOKED]


async def test_what_was_cancelled_is_booked_again_in_a_later_turn(
    clinic: Clinic, book: Book
) -> None:
    """The same request in another turn is another request."""
    async with conversation("clinic", llm=(llm := ToolLLM()), **clinic.call) as session:
        llm.answers += [[Call("book_appointment", TEN)], ["Yes."]]
        (booked,) = await said(session)
        llm.answers += [[Call("cancel_appointment", {"reference": reference_in(booked)})], ["Yes."]]
        await said(session)
        llm.answers += [[Call("book_appointment", TEN)], ["Yes."]]
        (again,) = await said(session)
    assert reference_in(again) != reference_in(booked)
    assert book() == [BOOKED.replace("booked", "cancelled"), BOOKED]


REFUSED = [
    ("book_appointment", {**TEN, "doctor": "Dr. Mehta"}, "There are: Dr. Rao"),
    ("free_slots", {"doctor": "Mehta", "day": "2026-12-01"}, "There are: Dr. Rao"),
    ("free_slots", {"doctor": "Rao", "day": "tomorrow"}, "Write YYYY-MM-DD"),
    ("free_slots", {"doctor": "Rao", "day": "2026-12-01", "part_of_day": "noon"}, "'evening'"),
    ("book_appointment", {**TEN, "start": "2026-11-27T10:00"}, "is in the past"),
    ("book_appointment", {**TEN, "start": "2026-12-06T11:00"}, "sees nobody on Sunday"),
    ("book_appointment", {**TEN, "start": "2026-12-01T10:05"}, "not the start of a slot"),
    ("book_appointment", {**TEN, "name": "आशा पाटिल"}, "Latin letters"),
    ("book_appointment", {**TEN, "phone": "12345"}, "10 digits; this has 5"),
    ("book_appointment", {key: TEN[key] for key in ("doctor", "start")}, "phone"),
    ("move_appointment", {"reference": "123456", "start": "2026-12-02T10:00"}, "no appointment"),
    ("cancel_appointment", {"reference": "the one tomorrow"}, "six digits"),
    ("find_appointments", {"phone": "my number"}, "in digits"),
    ("free_doctors", {}, "free_slots"),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "arguments", "answer"), REFUSED)
async def test_a_refusal_says_why_and_the_conversation_goes_on(
    clinic: Clinic, book: Book, tool: str, arguments: dict[str, Any], answer: str
) -> None:
    """The desk's own words, as an error; nothing is written, and the next request works."""
    refusal, booked = await clinic.results(
        [Call(tool, arguments)], [Call("book_appointment", {**TEN, "start": "2026-12-01T11:00"})]
    )
    assert answer in refusal
    assert booked.startswith("Booked")
    assert book() == [BOOKED.replace("10:00", "11:00")]


async def test_a_slot_that_was_lost_meanwhile_brings_others(clinic: Clinic, book: Book) -> None:
    """Somebody was faster."""
    await clinic.results([Call("book_appointment", TEN)])
    ravi = {**TEN, "name": "Ravi Kumar", "phone": "98200 12345"}
    (refusal,) = await clinic.results([Call("book_appointment", ravi)])
    assert "is taken" in refusal
    assert "2026-12-01T09:45" in refusal
    assert book() == [BOOKED]


async def test_nothing_is_opened_before_a_tool_needs_it(clinic: Clinic, file: Path) -> None:
    """A question that the prompt answers costs no thread and no file; the book is closed with the
    call: SQLite then removes its log."""
    llm = ToolLLM(["Yes."], [Call("find_appointments", {"phone": "9876543210"})], ["Yes."])
    async with conversation("clinic", llm=llm, **clinic.call) as session:
        assert await said(session, "How much is it?") == []
        assert not threads_of_the_desk()
        await said(session)
        assert threads_of_the_desk()
    for thread in threads_of_the_desk():
        thread.join()
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def threads_of_the_desk() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("desk")]


async def test_a_dictated_number_is_read_back_without_the_model(clinic: Clinic, book: Book) -> None:
    """In groups, until the caller says that it is right; the model gets it then, and goes on."""
    llm = ToolLLM([Call("take_phone_number", {})], [Call("book_appointment", TEN)], ["Yes."])
    async with conversation("clinic", llm=llm, **clinic.call) as session:
        assert await heard(session, "An appointment, please.") == ["What is your phone number?"]
        assert await heard(session, "nine eight seven six five") == ["9 8 7 6 5. Please go on."]
        [read_back] = await heard(session, "four three two one zero")
        assert read_back.startswith("9 8 7 6 5, 4 3 2 1 0")
        assert len(llm.seen) == 1
        assert await heard(session, "yes") == ["Yes."]
    assert "9876543210" in llm.results
    assert book() == [BOOKED]


async def test_what_was_said_of_a_number_may_be_in_any_script(clinic: Clinic) -> None:
    """It goes to the parser of numbers, and not into the book."""
    llm = ToolLLM([Call("take_phone_number", {"said": "नौ आठ"})])
    async with conversation("clinic", llm=llm, **clinic.call) as session:
        assert await heard(session, "An appointment, please.") == ["9 8. Please go on."]


async def test_a_number_that_is_not_given_is_no_number(clinic: Clinic) -> None:
    """The model hears that the caller does not want to give it."""
    llm = ToolLLM([Call("take_phone_number", {"said": "it begins with 98"})], ["Yes."])
    async with conversation("clinic", llm=llm, **clinic.call) as session:
        assert await heard(session, "An appointment, please.") == ["9 8. Please go on."]
        assert await heard(session, "I don't want to give it") == ["Yes."]
    assert "does not want to give the phone number" in llm.results[-1]


async def heard(session: AgentSession[None], text: str) -> list[str]:
    """What the caller hears to these words."""
    items: list[Any] = [event.item for event in (await session.run(user_input=text)).events]
    return [
        item.text_content for item in items if item.type == "message" and item.role == "assistant"
    ]


async def test_the_outcome_is_what_is_in_the_book(clinic: Clinic) -> None:
    """Not what was said of it: a booking that was refused is none."""
    llm = ToolLLM()
    async with conversation("clinic", llm=llm, **clinic.call) as session:
        receptionist = session.current_agent
        assert isinstance(receptionist, Receptionist)
        assert await receptionist.call_outcome(session.history) is None
        llm.answers += [[Call("book_appointment", TEN)], ["Yes."]]
        (booked,) = await said(session)
        llm.answers += [[Call("book_appointment", {**TEN, "start": "2026-12-06T11:00"})], ["Yes."]]
        await said(session)
        outcome = await receptionist.call_outcome(session.history)
    assert outcome is not None
    assert outcome.model_dump(mode="json") == {
        "wanted": "appointment",
        "changes": [
            {
                "action": "booked",
                "reference": reference_in(booked),
                "doctor": "rao",
                "start": "2026-12-01T10:00:00+05:30",
            }
        ],
    }


async def test_the_call_ends_with_the_stock_goodbye(clinic: Clinic) -> None:
    """By LiveKit's tool; the model is not asked for one more answer."""
    llm = ToolLLM(["சரி."], [Call("end_call", {})])
    closed: list[Any] = []
    async with conversation("clinic", "ta-IN", llm=llm, **clinic.call) as session:
        session.on("close", closed.append)
        await session.run(user_input="வணக்கம்")
        assert await heard(session, "நன்றி") == [CLINIC.phrases["ta-IN"].goodbye]
    assert [event.reason.value for event in closed] == ["user_initiated"]


async def test_the_model_says_goodbye_in_another_language(clinic: Clinic) -> None:
    """The stock phrase would be in the language in which the call began."""
    llm = ToolLLM(["It is Rs. 500."], [Call("end_call", {})], ["Goodbye."])
    closed: list[Any] = []
    async with conversation("clinic", "ta-IN", llm=llm, **clinic.call) as session:
        session.on("close", closed.append)
        await session.run(user_input="How much is it?")
        assert await heard(session, "Thank you, bye.") == ["Goodbye."]
    assert [event.reason.value for event in closed] == ["user_initiated"]


async def test_a_caller_who_has_changed_the_language_hears_goodbye_in_it(clinic: Clinic) -> None:
    """Stock phrases stay in the language in which the call began, so the model says it."""
    llm = ToolLLM(["Anything else?"], [Call("end_call", {})], ["Goodbye, take care."])
    async with conversation("clinic", "hi-IN", llm=llm, **clinic.call) as session:
        await session.run(user_input="In English, please.")
        result = await session.run(user_input="No, thank you.")
        goodbye = result.expect[-1].is_message(role="assistant").event().item
    assert goodbye.text_content == "Goodbye, take care."
