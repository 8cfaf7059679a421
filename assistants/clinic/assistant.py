"""The receptionist of Asha Clinic in Pune."""

from __future__ import annotations

from agent.assistant import Assistant


class Receptionist(Assistant):
    """Answers questions about the clinic, by its prompt."""
