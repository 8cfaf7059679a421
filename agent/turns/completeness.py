"""Judges by its last words whether a sentence will go on. Pure.

Evidence is: a word that cannot end a sentence in one of the agent's languages, a comma, digits
being read out. An STT's full stop is no evidence, because an STT writes one wherever it was asked
to finalise. Unknown words end sentences.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from livekit.plugins.sarvam_pooled.text.function_words import OPEN

_MIN_DIGITS: Final = 2
"""Digits in a row from which a number is being read out."""
_COMPLETE_DIGITS: Final = frozenset({10, 12})
"""Digits of a telephone number in India, without and with 91."""
_GOING_ON: Final = (",", "،", ":", "…", "...", "-", "—")


def is_unfinished(text: str) -> bool:
    """Whether the caller will go on after `text`, the transcript of the turn so far."""
    written = text.rstrip()
    if written.endswith(_GOING_ON):
        return True
    words = [bare for word in written.split() if (bare := _bare(word))]
    if not words:
        return False
    lists = _lists()
    if words[-1] in lists["sounds"]:
        return True
    if (count := _digits(words)) >= _MIN_DIGITS:
        return count not in _COMPLETE_DIGITS
    return len(words) > 1 and words[-1] in lists["open"]


def _digits(words: list[str]) -> int:
    """Count the digits that are read out at the end of `words`, written or said one by one."""
    spoken, count, pieces = _lists()["digits"], 0, 0
    for word in reversed(words):
        if word.isdecimal():
            count += len(word)
        elif word in spoken:
            count += 1
        else:
            break
        pieces += 1
    # A single one is a number of its own: "at 10", "in 2027"; "98 45" is not.
    return count if pieces > 1 else 0


def _bare(word: str) -> str:
    """The word in lower case, without marks around it, with a straight apostrophe."""
    kept = word.replace("’", "'").casefold()
    first, last = 0, len(kept)
    while first < last and _is_mark(kept[first]):
        first += 1
    while last > first and _is_mark(kept[last - 1]):
        last -= 1
    return kept[first:last]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSZ"


@cache
def _lists() -> dict[str, frozenset[str]]:
    """The words of open_words.toml; `open` has those of all languages and the plugin's."""
    path = Path(__file__).with_name("open_words.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {name: frozenset(words.split()) for name, words in table.items()}
    special = {name: lists.pop(name) for name in ("sounds", "digits")}
    return special | {"open": OPEN.union(*lists.values())}
