"""What the agent is: its instructions and its greeting."""

from __future__ import annotations

from pathlib import Path

from livekit.agents import Agent

from .languages import Language

_PROMPTS = Path(__file__).with_name("prompts")
# Who it is, what it knows, how it writes for a voice.
_PARTS = ("receptionist.md", "clinic.md", "speech.md")


class Receptionist(Agent):
    """The receptionist of a clinic.

    Args:
        language: To greet and begin in; after that the caller's counts.
    """

    def __init__(self, language: Language) -> None:
        super().__init__(instructions=instructions(language))
        self._greeting = language.greeting

    async def on_enter(self) -> None:
        """Greet the caller, who may talk over it."""
        self.session.say(self._greeting)


def instructions(language: Language) -> str:
    """The system prompt for a call that begins in `language`."""
    parts = [(_PROMPTS / name).read_text(encoding="utf-8").strip() for name in _PARTS]
    return "\n\n".join([*parts, f"The call begins in {language.name} ({language.code})."])
