"""What a simulated caller says next."""

from __future__ import annotations

from typing import Any

import pytest

from evals.caller.engine import Heard, Line, SimulatedCaller
from evals.callers.personas import Persona, persona_file
from evals.callers.schema import Caller, Change
from evals.speech.asks import Asks

GREETING = "Hello, how can I help you?"
CALM = persona_file().personas["calm"]


def caller(
    persona: Persona = CALM, *, turns: int = 16, seed: int = 0, **data: Any
) -> SimulatedCaller:
    """A caller who wants an appointment."""
    usual: dict[str, Any] = {
        "id": "one",
        "language": "en-IN",
        "persona": "calm",
        "goal": "An appointment",
        "opens": "An appointment please",
        "says": {"day": ["tomorrow", "on Wednesday"], "time": "at ten", "name": "Anita"},
        "expect": {"rows": [{"table": "bookings", "where": {"name": "Anita"}}]},
    }
    data = usual | data
    return SimulatedCaller(Caller.model_validate(data), persona, Asks(), turns=turns, seed=seed)


def said(one: SimulatedCaller, words: str) -> str:
    """Her next line; a hang-up as its reason in brackets."""
    answer = one.next(Heard(words))
    return answer.text if isinstance(answer, Line) else f"[{answer.reason}]"


def test_a_whole_call() -> None:
    """Goal, answers, thanks, hang-up."""
    one = caller()
    dialogue = [
        (GREETING, "An appointment please"),
        ("Which day suits you?", "tomorrow"),
        ("And at what time?", "at ten"),
        ("Your name?", "Anita"),
        ("On Wednesday at ten, for Anita. Shall I book it?", "Yes, that is right."),
        ("It is booked for Wednesday at ten. Anything else?", "No, that is all. Thank you."),
        ("Goodbye.", "[done]"),
    ]
    for agent, answer in dialogue:
        assert said(one, agent) == answer


def test_two_questions_get_two_answers() -> None:
    """In one turn."""
    one = caller()
    said(one, GREETING)
    assert said(one, "Which day, and what time?") == "tomorrow at ten"


def test_asked_again_she_says_it_otherwise() -> None:
    """The second spelling, and the last one from then on; then she gives up."""
    one = caller(turns=30)
    said(one, GREETING)
    answers = [said(one, "Which day?") for _ in range(8)]
    assert answers[:3] == ["tomorrow", "on Wednesday", "on Wednesday"]
    assert answers[-1] == "[not understood]"


def test_not_understood_she_repeats_herself() -> None:
    """In other words if she has some, and hangs up in the end."""
    one = caller(opens=["First words", "Second words"])
    assert said(one, GREETING) == "First words"
    assert said(one, "Sorry, could you repeat that?") == "Second words"
    assert said(one, "Sorry, could you repeat that?") == "Second words"
    assert said(one, "Sorry, could you repeat that?") == "Second words"
    assert said(one, "Sorry, could you repeat that?") == "[not understood]"


def test_what_she_does_not_know_she_says() -> None:
    """For a fact that is not in the file."""
    one = caller()
    said(one, GREETING)
    assert said(one, "What is your phone number?") in ("I do not know.", "I have no idea.")


def test_a_change_of_mind_happens_once() -> None:
    """From then on she says the new thing."""
    change = {"at": "confirm", "says": "No, on Friday.", "then": {"day": "Friday"}}
    one = caller(changes=[change])
    said(one, GREETING)
    assert said(one, "On Wednesday. Shall I book it?") == "No, on Friday."
    assert said(one, "Which day?") == "Friday"
    assert said(one, "On Friday. Shall I book it?") == "Yes, that is right."


def test_she_objects_to_a_time_that_is_not_hers() -> None:
    """Once; then she gives in, and her own time she confirms."""
    one = caller(says={"day": "Monday", "time": "at ten o'clock"})
    said(one, GREETING)
    assert said(one, "On Saturday at 8 p.m. Is that all right?") == "No. Monday, at ten o'clock."
    assert said(one, "On Monday at 10 a.m. Is that right?") == "Yes, that is right."
    assert said(one, "On Saturday at 8 p.m. Is that all right?") == "Yes."


def test_a_change_of_language_stays() -> None:
    """Her usual words are in the new language."""
    change = Change(at="day", says="Friday", language="en-IN").model_dump()
    one = caller(language="hi-IN", changes=[change])
    said(one, GREETING)
    answer = one.next(Heard("Which day?"))
    assert answer == Line("Friday", "en-IN")
    assert said(one, "On Friday. Shall I book it?") == "Yes, that is right."


def test_she_asks_what_else_she_wants_to_know() -> None:
    """When nothing is asked any more; then she says goodbye."""
    one = caller(also=["How much is it?"], expect={})
    said(one, GREETING)
    assert said(one, "We are open until nine.") == "How much is it?"
    assert said(one, "It is Rs. 500.") == "Thank you, bye."
    assert said(one, "Goodbye.") == "[done]"


@pytest.mark.parametrize(
    ("picks", "answer"),
    [
        (None, "at 10:00 please"),
        ("first", "9:30 is fine."),
        ("last", "11:00 is fine."),
        ("10:30", "10:30 is fine."),
    ],
)
def test_she_takes_an_offered_time(picks: str | None, answer: str) -> None:
    """The one she picks, if hers is not among them; without a choice she insists."""
    one = caller(picks=picks, says={"time": "at 10:00 please"})
    said(one, GREETING)
    assert said(one, "9:30, 10:30 or 11 a.m. are free. Which one?") == answer


def test_her_own_time_goes_first() -> None:
    """If it is among the offered ones; alone it is agreed to."""
    one = caller(picks="first", says={"time": "at 10:00 please"})
    said(one, GREETING)
    assert said(one, "9:30 and 10 a.m. are free. Which one?") == "at 10:00 please"
    assert said(one, "Would 10 a.m. do?") == "Yes, that is fine."


def test_she_waits_for_what_she_called_for() -> None:
    """An agent that neither asks nor does anything is nudged, and left in the end."""
    one = caller()
    said(one, GREETING)
    answers = [said(one, "All right.") for _ in range(4)]
    assert answers[-1] == "[not understood]"
    assert answers[0] in ("Hello? Is it done?", "So what happens now?")


def test_a_tool_that_succeeded_is_what_she_called_for() -> None:
    """If her file names it, whatever the agent says of it."""
    one = caller(expect={"calls": ["ring"], "rows": [{"table": "t", "where": {"a": 1}}]})
    said(one, GREETING)
    assert said(one, "All right.") in ("Hello? Is it done?", "So what happens now?")
    assert one.next(Heard("They ring you.", frozenset({"ring"}))) == Line(
        "Thank you, bye.", "en-IN", is_goodbye=True
    )


def test_turns_are_bounded() -> None:
    """Whatever the agent says."""
    one = caller(turns=2)
    assert [said(one, "Which day?") for _ in range(3)][-1] == "[too many turns]"


def test_a_caller_who_was_called_answers_the_first_question() -> None:
    """She opens nothing."""
    one = caller(opens=[], says={"confirm": "Yes, speaking."})
    assert said(one, "Is this Anita, is that right?") == "Yes, speaking."


def test_a_caller_who_was_called_takes_leave_when_the_agent_does() -> None:
    """She may not have wanted anything; who called herself would be left without it."""
    assert said(caller(opens=[]), "Sorry for the trouble. Goodbye.") == "Thank you, bye."
    assert said(caller(opens=[]), "Once more, sorry. Goodbye.") == "Thank you, bye."
    one = caller()
    said(one, GREETING)
    assert said(one, "Goodbye.") == "[not understood]"


@pytest.mark.parametrize("name", ["confused", "noisy-line", "side-talk", "backchannels"])
def test_a_persona_says_something_in_place_of_an_answer(name: str) -> None:
    """So often as its file says; then she answers."""
    persona = persona_file().personas[name]
    one = caller(persona)
    said(one, GREETING)
    asides = [said(one, "Which day?") for _ in range(persona.times)]
    assert set(asides) <= set(persona.instead["en"])
    assert said(one, "Which day?") == "tomorrow"


def test_the_same_seed_makes_the_same_call() -> None:
    """And another seed another one, in time."""
    hurried = persona_file().personas["hurried"]

    def call(seed: int) -> list[str]:
        one = caller(hurried, seed=seed)
        return [said(one, words) for words in (GREETING, "Which day?", "What time?", "Your name?")]

    assert call(1) == call(1)
    assert len({tuple(call(seed)) for seed in range(12)}) > 1


def test_long_closings_take_several_turns() -> None:
    """An elderly caller says goodbye twice."""
    one = caller(persona_file().personas["elderly"], expect={})
    said(one, GREETING)
    first = one.next(Heard("Goodbye."))
    assert isinstance(first, Line)
    assert first.is_goodbye
    closings = [first.text, *(said(one, "Goodbye.") for _ in range(2))]
    assert closings[:2] == list(persona_file().personas["elderly"].closes["en"])
    assert closings[2] == "[done]"
