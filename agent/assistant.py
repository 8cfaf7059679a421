"""What the agent is: its instructions and its greeting."""

from __future__ import annotations

from pathlib import Path

from livekit.agents import Agent

_PROMPTS = Path(__file__).parent / "prompts"

GREETINGS = {
    "en": "Hello, this is Asha Clinic. How can I help you?",
    "hi": "नमस्ते, आशा क्लिनिक में आपका स्वागत है। मैं आपकी क्या मदद कर सकती हूँ?",
    "ta": "வணக்கம், ஆஷா கிளினிக். நான் உங்களுக்கு எப்படி உதவலாம்?",
}
"""Language -> what the agent says first."""


class Receptionist(Agent):
    """The receptionist of a clinic.

    Args:
        language: BCP-47 code of the language to begin in.
    """

    def __init__(self, *, language: str) -> None:
        instructions = (_PROMPTS / "receptionist.md").read_text(encoding="utf-8")
        super().__init__(instructions=f"{instructions}\nBegin in the language {language}.\n")
        self._greeting = GREETINGS.get(language[:2], GREETINGS["en"])

    async def on_enter(self) -> None:
        self.session.say(self._greeting)
