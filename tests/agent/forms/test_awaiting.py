"""What is awaited reaches the turn detector."""

from __future__ import annotations

import pytest
from livekit.agents import AgentSession, UserInputTranscribedEvent

from agent.forms import MOBILE_NUMBER, DigitEntry
from agent.forms.awaiting import expect
from agent.turns.detector import EndpointingTurnDetector
from agent.turns.endpointing import EndpointingDelays, TurnEvidence, silence_needed
from agent.turns.turn_transcript import TurnTranscript

DELAYS = EndpointingDelays(min_delay=0.1, uncertain_delay=0.8, max_delay=1.5, dictation_delay=3.0)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        (["98765"], 3.0),
        (["98765", "432"], 3.0),
        (["98765", "43210"], 0.1),
        (["91987 65432"], 0.8),
        (["98765", "wait, where is it"], 0.1),
        (["my name is"], 1.5),
    ],
)
async def test_a_number_that_an_assistant_asks_for_is_waited_for(
    words: list[str], seconds: float
) -> None:
    """Between its groups, and no longer than that; other words as without it."""
    transcript = TurnTranscript()
    detector = EndpointingTurnDetector(version="v1-mini", delays=DELAYS, transcript=transcript)
    async with AgentSession[None](turn_handling={"turn_detection": detector}) as session:
        transcript.listen(session)
        expect(session, DigitEntry(MOBILE_NUMBER).progress_with)
        for text in words:
            event = UserInputTranscribedEvent(transcript=text, is_final=True)
            session.emit("user_input_transcribed", event)
        evidence = TurnEvidence(
            predicts_end=True,
            is_unfinished=transcript.is_unfinished,
            progress=transcript.progress,
        )
        assert silence_needed(evidence, DELAYS) == seconds


async def test_without_the_detector_nothing_is_expected() -> None:
    """In text, and with TURN_DETECTOR=false."""
    async with AgentSession[None]() as session:
        expect(session, DigitEntry(MOBILE_NUMBER).progress_with)
        expect(session, None)
