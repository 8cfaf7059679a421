"""The words of a decision: templates in the caller's language, and sentences of tools. Pure."""

from __future__ import annotations

from itertools import groupby

from ..receptionist.rules import Language
from ..receptionist.state import Act
from ..receptionist.templates import say
from .prompt import Prompt
from .state import Decision, Line


def word(decision: Decision, prompt: Prompt) -> str:
    """What is said; never the words of the previous reply."""
    state = decision.state
    language: Language = state.language if prompt.asks("language") else "en"
    text = _joined(decision.lines, language, state.turn)
    return text if text != state.said else _joined(decision.lines, language, state.turn + 1)


def _joined(lines: tuple[Line, ...], language: Language, turn: int) -> str:
    parts = []
    for is_act, group in groupby(lines, key=lambda line: isinstance(line, Act)):
        told = list(group)
        parts.append(
            say([line for line in told if isinstance(line, Act)], language, turn=turn)
            if is_act
            else " ".join(line for line in told if isinstance(line, str))
        )
    return " ".join(part for part in parts if part)
