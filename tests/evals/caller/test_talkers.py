"""Who talks to the agent."""

from __future__ import annotations

from evals.caller.engine import HangUp, Heard, Line, SimulatedCaller
from evals.caller.talkers import ModelTalker, RuleTalker, part
from evals.callers.personas import persona_file
from evals.callers.schema import Caller
from evals.speech.asks import Asks
from tests.support.scripted_llm import ScriptedLLM

PERSONA = persona_file().personas["hurried"]
CALLER = Caller.model_validate(
    {
        "id": "one",
        "language": "en-IN",
        "persona": "hurried",
        "goal": "An appointment.",
        "opens": "An appointment please",
        "says": {"name": ["Anita", "A N I T A"]},
        "changes": [{"at": "confirm", "says": "No, Friday."}],
    }
)


async def test_by_rules() -> None:
    """The engine, awaited."""
    talker = RuleTalker(SimulatedCaller(CALLER, PERSONA, Asks()))
    assert await talker.next(Heard("Hello?")) == Line("An appointment please", "en-IN")


async def test_by_a_model() -> None:
    """What it writes is said, until it hangs up or its turns are over."""
    llm = ScriptedLLM(" Good ", "morning ")
    talker = ModelTalker(CALLER, PERSONA, llm, turns=3)
    assert await talker.next(Heard("Hello?")) == Line("Good morning", "en-IN")
    llm.tokens = ("HANG UP",)
    assert await talker.next(Heard("Bye.")) == HangUp("done")
    llm.tokens = ("still here",)
    assert isinstance(await talker.next(Heard("")), Line)
    assert await talker.next(Heard("")) == HangUp("too many turns")


def test_a_models_part_has_all_of_the_caller() -> None:
    """Goal, persona, facts, changes of mind."""
    text = part(CALLER, PERSONA)
    for words in ("An appointment.", PERSONA.about, "name: Anita / A N I T A", "No, Friday."):
        assert words in text
    assert "An appointment..\n" not in text
