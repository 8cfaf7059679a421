"""The words of a decision: templates in the caller's language, and sentences of tools. Pure."""

from __future__ import annotations

from functools import cache
from itertools import groupby

from ..receptionist.rules import LANGUAGES, Language
from ..receptionist.state import Act
from ..receptionist.templates import say, templates
from .prompt import Prompt
from .state import Decision, Line

_VARIANTS = 6
"""Turns after which all variants of all templates have been used."""
_ASKS = frozenset(
    f"ask.{kind}" for kind in ("day", "day.move", "time", "name", "phone", "address", "pincode")
) | {"delivery.ask_name"}


def word(decision: Decision, prompt: Prompt) -> str:
    """What is said; never the words of the previous reply."""
    state = decision.state
    language: Language = state.language if prompt.asks("language") else "en"
    text = _joined(decision.lines, language, state.turn)
    return text if text != state.said else _joined(decision.lines, language, state.turn + 1)


def is_worded(text: str, decision: Decision, prompt: Prompt) -> bool:
    """Whether `text` says the decision, in any of its variants; an opener may precede it."""
    language: Language = decision.state.language if prompt.asks("language") else "en"
    said = " ".join(text.split())
    variants = (_joined(decision.lines, language, turn) for turn in range(_VARIANTS))
    return any(own and said.endswith(own) for own in variants)


def asked_in(text: str) -> str | None:
    """What a reply asks for at its end; None if it is no question of the templates."""
    said = " ".join(text.split())
    return next((kind for question, kind in _questions() if said.endswith(question)), None)


@cache
def _questions() -> tuple[tuple[str, str], ...]:
    return tuple(
        (question, key.partition(".")[2].removeprefix("ask_").removesuffix(".move"))
        for language in LANGUAGES
        for key, variants in templates(language).templates.items()
        if key in _ASKS
        for question in variants
    )


def _joined(lines: tuple[Line, ...], language: Language, turn: int) -> str:
    parts = []
    for is_act, group in groupby(lines or (Act("go_on"),), key=lambda line: isinstance(line, Act)):
        run = list(group)
        parts.append(
            say([line for line in run if isinstance(line, Act)], language, turn=turn)
            if is_act
            else " ".join(line for line in run if isinstance(line, str))
        )
    return " ".join(part for part in parts if part)
