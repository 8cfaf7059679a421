"""Words of the caller's that no kept phrase may hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from livekit.agents import ConversationItemAddedEvent, FunctionToolsExecutedEvent
from livekit.agents.llm import ChatMessage, FunctionCall, FunctionCallOutput
from livekit.rtc import EventEmitter

from agent.call.private_words import PrivateWords


def test_what_the_caller_brings_is_private_and_the_clinics_words_are_not() -> None:
    """In any script and case, and for the rest of the call."""
    private = PrivateWords(["The doctor is in.", "डॉक्टर से अपॉइंटमेंट"])
    assert private.add_caller_words("My name is Ravi, doctor") == {"my", "name", "ravi"}
    assert "सुनीता" in private.add_caller_words("मैं सुनीता, डॉक्टर से मिलना है")
    assert "ravi" in private.add_caller_words("the doctor")
    assert "डॉक्टर" not in private.add_caller_words("डॉक्टर")
    assert "doctor" not in private.add_caller_words("DOCTOR")


def test_words_of_another_language_become_everybodys_when_the_call_turns_to_it() -> None:
    """Its stock phrases could not be kept else."""
    private = PrivateWords(["The doctor is in."])
    private.add_public_words(["डॉक्टर से अपॉइंटमेंट"])
    assert private.add_caller_words("डॉक्टर doctor सुनीता") == {"सुनीता"}


def test_typed_words_are_private_too() -> None:
    """They have no transcript; the history has them before they are answered."""
    session: Any = EventEmitter[str]()
    cache: Any = SimpleNamespace(private_words=frozenset())
    PrivateWords(["my name is"]).attach(cache, session)
    for role in ("assistant", "user"):
        item = ChatMessage(role=role, content=[f"my name is {role.title()}"])
        session.emit("conversation_item_added", ConversationItemAddedEvent(item=item))
    assert cache.private_words == {"user"}


def test_names_that_tools_bring_are_private_too() -> None:
    """The caller said them in another script, or not at all: the book has the patient's."""
    session: Any = EventEmitter[str]()
    cache: Any = SimpleNamespace(private_words=frozenset())
    PrivateWords(["Dr. Rao is in."]).attach(cache, session)
    call = FunctionCall(call_id="1", name="find", arguments='{"name": "Ravi"}')
    result = FunctionCallOutput(
        call_id="1", name="find", output="with Dr. Rao, for Asha Patil, सुनीता", is_error=False
    )
    executed = FunctionToolsExecutedEvent(function_calls=[call], function_call_outputs=[result])
    session.emit("function_tools_executed", executed)
    assert cache.private_words == {"ravi", "asha", "patil", "सुनीता"}
