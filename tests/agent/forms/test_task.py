"""A task: what it does without the LLM, what it leaves to it, and how it ends."""

from __future__ import annotations

import pytest
from livekit.agents import ModelSettings, UserInputTranscribedEvent
from livekit.agents.llm import ChatContext, ChatMessage

from agent.forms.task import MAX_TURNS, FormDeclined, FormGivenUp
from agent.forms.tasks import NameTask, PhoneNumberTask
from agent.turns.detector import EndpointingTurnDetector
from agent.turns.endpointing import EndpointingDelays
from agent.turns.expected import Progress
from agent.turns.turn_transcript import TurnTranscript

from .conversation import conversation, tool_call

NUMBER = "9876543210"
READ_BACK = "9 8 7 6 5, 4 3 2 1 0. Is that right?"


async def test_a_number_in_parts_is_read_back_and_confirmed_without_the_llm() -> None:
    """What is read back is what was recorded."""
    async with conversation(PhoneNumberTask) as call:
        assert call.asked == ["What is your phone number?"]
        assert await call.say("nine eight seven six five") == ["9 8 7 6 5. Please go on."]
        assert await call.say("four three two one zero") == [READ_BACK]
        await call.say("yes, that's right")
        assert call.result == NUMBER
        assert call.tools == ["record_answer", "record_answer", "confirm_answer"]
        assert call.llm.requests == 0


async def test_words_in_the_callers_own_script_are_recorded() -> None:
    """The rule of Latin letters is for what models write; the parsers read callers' words."""
    async with conversation(PhoneNumberTask, language="hi-IN") as call:
        await call.say("नौ आठ सात छह पाँच")
        assert await call.say("चार तीन दो एक शून्य") == ["9 8 7 6 5, 4 3 2 1 0। ठीक है?"]


async def test_a_question_is_the_llms_and_changes_nothing() -> None:
    """The number goes on where it was."""
    async with conversation(PhoneNumberTask) as call:
        await call.say("98765")
        assert await call.say("why do you need it?") == ["Because."]
        assert await call.say("43210") == [READ_BACK]


async def test_what_the_llm_understands_is_read_as_the_callers_words_are() -> None:
    """It passes them on, and neither says the number nor confirms it."""
    async with conversation(PhoneNumberTask) as call:
        call.llm.tokens = (tool_call("record_answer", words="nine eight double seven"),)
        assert await call.say("my brother's, nine eight double seven") == ["9 8 7 7. Please go on."]


async def test_the_llm_cannot_confirm_for_the_caller() -> None:
    """Neither before a number was recorded nor in the turn in which it was."""
    async with conversation(PhoneNumberTask) as call:
        confirm = tool_call("confirm_answer")
        call.llm.tokens = (confirm,)
        call.session.options.max_tool_steps = 1
        await call.say("so, what is it?")
        assert call.result is None
        call.llm.tokens = (tool_call("record_answer", words=NUMBER), confirm)
        await call.say(f"my brother has {NUMBER}")
        assert call.result is None
        call.llm.tokens = (confirm,)
        await call.say("that would be the one, I guess")
        assert call.result == NUMBER


async def test_a_denied_number_is_asked_for_again() -> None:
    """From its beginning."""
    async with conversation(PhoneNumberTask) as call:
        await call.say(NUMBER)
        assert await call.say("no, that's wrong") == ["What is your phone number?"]
        assert await call.say("98764") == ["9 8 7 6 4. Please go on."]


async def test_a_number_that_is_said_again_is_confirmed() -> None:
    """A caller repeats it instead of saying yes; another number is read back in its turn."""
    async with conversation(PhoneNumberTask) as call:
        await call.say("98765 43211")
        assert await call.say(NUMBER) == [READ_BACK]
        await call.say(f"yes, {NUMBER}")
        assert call.result == NUMBER


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-IN", "I don't want to give it"),
        ("hi-IN", "मैं नहीं दूँगा"),
        ("ta-IN", "நான் சொல்ல மாட்டேன்"),
    ],
)
async def test_a_refusal_ends_the_task(language: str, words: str) -> None:
    """As an error of its own type, which the assistant may catch."""
    async with conversation(PhoneNumberTask, language=language) as call:
        await call.say("98765")
        await call.say(words)
        assert isinstance(call.result, FormDeclined)
        assert call.llm.requests == 0


async def test_a_refusal_that_only_the_llm_understands_ends_it_too() -> None:
    """By its tool."""
    async with conversation(PhoneNumberTask) as call:
        call.llm.tokens = (tool_call("decline_answer"),)
        await call.say("that is none of your business")
        assert isinstance(call.result, FormDeclined)


async def test_tries_are_counted() -> None:
    """Impossible and denied values; three by default."""
    async with conversation(PhoneNumberTask) as call:
        assert await call.say("12345") == ["That does not seem right. What is your phone number?"]
        await call.say(NUMBER)
        await call.say("no")
        await call.say("98765 43210 1")
        assert isinstance(call.result, FormGivenUp)


async def test_turns_are_counted() -> None:
    """A caller who talks about everything else comes to an end."""
    async with conversation(PhoneNumberTask) as call:
        for _ in range(MAX_TURNS):
            await call.say("how is the weather?")
            assert call.result is None
        await call.say("how is the weather?")
        assert isinstance(call.result, FormGivenUp)


async def test_what_the_caller_has_said_before_is_read_back_at_once() -> None:
    """Words that were no number are asked about as usual."""
    async with conversation(lambda call: PhoneNumberTask(call, heard=NUMBER)) as call:
        assert call.asked == [READ_BACK]
        await call.say("yes")
        assert call.result == NUMBER
    async with conversation(lambda call: PhoneNumberTask(call, heard="Hello.")) as call:
        assert call.asked == ["What is your phone number?"]


async def test_an_assistant_words_its_own_question() -> None:
    """And may do without a confirmation."""
    ask = "Which number can we call?"
    async with conversation(lambda call: PhoneNumberTask(call, ask=ask, confirm=False)) as call:
        assert call.asked == [ask]
        await call.say(NUMBER)
        assert call.result == NUMBER


async def test_a_prepared_reply_records_nothing() -> None:
    """LiveKit asks for replies while the turn may still go on, and drops most of them."""
    async with conversation(PhoneNumberTask) as call:
        task = call.desk.awaited
        for words in ("98765", "98765 43210"):
            context = ChatContext.empty()
            context.add_message(role="user", content=words)
            pieces = [piece async for piece in task.model_node(context, [], ModelSettings())]
            assert len(pieces) == 1
        assert await call.say("98765") == ["9 8 7 6 5. Please go on."]


async def test_words_in_the_callers_script_are_recorded_without_the_llm() -> None:
    """The rule of Latin letters is for records; the parsers know the caller's script."""
    async with conversation(PhoneNumberTask, language="hi-IN") as call:
        await call.say("नौ आठ दो शून्य शून्य एक दो तीन चार पाँच")
        await call.say("हाँ जी")
        assert call.result == "9820012345"
        assert call.llm.requests == 0


async def test_an_error_of_a_tool_is_the_llms_to_mend() -> None:
    """A name in another script is not read back."""
    async with conversation(NameTask) as call:
        call.llm.tokens = (tool_call("record_answer", words="रवि"), "One moment.")
        call.session.options.max_tool_steps = 1
        assert "Is that right?" not in " ".join(await call.say("रवि"))
        call.llm.tokens = (tool_call("record_answer", words="Ravi"),)
        assert (await call.say("रवि"))[-1] == "Ravi. Is that right?"


async def test_the_turn_policy_knows_what_is_awaited_while_the_task_lasts() -> None:
    """Digits first, then a yes; nothing once it is over."""
    transcript = TurnTranscript()
    delays = EndpointingDelays(min_delay=0.0, uncertain_delay=0.8, max_delay=1.5)
    detector = EndpointingTurnDetector(version="v1-mini", delays=delays, transcript=transcript)
    async with conversation(PhoneNumberTask, turn_handling={"turn_detection": detector}) as call:
        transcript.listen(call.session)

        def progress(words: str) -> Progress:
            event = UserInputTranscribedEvent(transcript=words, is_final=True)
            call.session.emit("user_input_transcribed", event)
            try:
                return transcript.progress
            finally:
                transcript.clear()

        assert progress("98765") is Progress.PARTIAL
        assert progress("98765 43210") is Progress.COMPLETE
        await call.say("98765")
        assert progress("43210") is Progress.COMPLETE
        await call.say("43210")
        assert progress("yes") is Progress.COMPLETE
        # A turn about something else ends the expectation; the task renews it.
        assert progress("why do you ask") is Progress.UNRELATED
        assert progress("98765") is Progress.UNRELATED
        message = ChatMessage(role="user", content=["why do you ask"])
        await call.desk.awaited.on_user_turn_completed(ChatContext.empty(), message)
        assert progress("yes") is Progress.COMPLETE
        await call.say("yes")
        assert call.result == NUMBER
        assert progress("98765") is Progress.UNRELATED
