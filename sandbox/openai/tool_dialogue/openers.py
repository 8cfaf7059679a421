"""The first words of a reply, as the system prompt asks for them. Pure.

A prompt may list openers, with which an answer is to begin: their sound may be at hand before the
rest is synthesised. It may also want one before a tool is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from ..receptionist.rules import Language
from ..schema import ChatMessage
from .conversation import prompt_of

_LISTED = re.compile(r"\bbegin\b[^\n]*\banswer[^\n]*?:\s*(?P<openers>\"[^\n]*)", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]+)"')
_BEFORE_TOOLS = re.compile(r"\bopener\b[^\n.]*\bbefore\b[^\n.]*\btool", re.IGNORECASE)
# A first clause of at most three words opens an answer as well; "Dr." and "F.C." are none.
_CLAUSE = re.compile(
    r"(?:[^\s,.;:!?।]+\s+){0,2}"
    r"(?:[^\s,.;:!?।]+[,;:!?।]|[^\s,.;:!?।]{3,}\.|[^\s,.;:!?।]*[^\x00-\x7f]\.)(?:\s|$)"
)
_SCRIPTS: Mapping[Language, str] = {"en": "LATIN", "hi": "DEVANAGARI", "ta": "TAMIL"}


def opened(text: str, messages: Sequence[ChatMessage]) -> str:
    """`text` with an opener in front, if the prompt asks for one and none of this turn's words
    have been said yet."""
    opener = _opener(messages)
    if not opener or not text or _CLAUSE.match(text) or _script(opener) != _script(text):
        return text
    return f"{opener} {text}"


def before_tools(messages: Sequence[ChatMessage], language: Language) -> str:
    """What is said before tools are called: an opener if the prompt wants one there and has one in
    the caller's language, else nothing."""
    opener = _opener(messages) if _BEFORE_TOOLS.search(prompt_of(messages)) else ""
    return opener if opener and _script(opener) == _SCRIPTS[language] else ""


def _opener(messages: Sequence[ChatMessage]) -> str:
    """The first opener of the prompt; empty if this turn has begun already."""
    turn = [message for message in messages if message.role in ("user", "assistant")]
    if not turn or turn[-1].role != "user":
        return ""
    listed = _LISTED.search(prompt_of(messages))
    return _QUOTED.findall(listed["openers"])[0] if listed else ""


def _script(text: str) -> str:
    """The script of the first letter, as Unicode names it."""
    letter = next((char for char in text if char.isalpha()), "A")
    return unicodedata.name(letter, "").partition(" ")[0]
