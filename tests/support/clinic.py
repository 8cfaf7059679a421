"""The assistant of the tests: the clinic that the repository has, as it is loaded."""

from __future__ import annotations

from pathlib import Path

from agent.assistant.load import load_assistant
from prewarm.stock_phrase_table import Phrases, PhraseTable

CLINIC = load_assistant(Path(__file__).parents[2] / "assistants" / "clinic")
TABLE = PhraseTable(CLINIC.phrases)


def phrases(language: str) -> Phrases:
    """The clinic's phrases of a language by Sarvam's code."""
    return CLINIC.phrases[language]
