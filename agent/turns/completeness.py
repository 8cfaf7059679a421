"""Whether what was said so far is a sentence that will go on: from its last words alone. Pure.

An STT's full stop is no evidence, as an STT writes one where it was asked to finalise.
A word that cannot end a sentence is, in any of the languages that this agent speaks, and so are a
comma, and digits that are being read out. Words that it does not know end sentences.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from livekit.plugins.sarvam_pooled.text.function_words import OPEN

_READ_OUT: Final = 2
"""Digits in a row that make a number that is being read out."""
_WHOLE: Final = frozenset({10, 12})
"""Digits of a telephone number in India, without and with 91."""
_GOING_ON: Final = (",", "،", ":", "…", "...", "-", "—")


def is_unfinished(text: str) -> bool:
    """Whether more is to be expected after `text`, all that was said in the turn so far."""
    written = text.rstrip()
    if written.endswith(_GOING_ON):
        return True
    words = [bare for word in written.split() if (bare := _bare(word))]
    if not words:
        return False
    lists = _lists()
    if words[-1] in lists["sounds"]:
        return True
    if (count := _digits(words)) >= _READ_OUT:
        return count not in _WHOLE
    return len(words) > 1 and words[-1] in lists["open"]


def _digits(words: list[str]) -> int:
    """How many digits are read out at the end of `words`, written or said one by one."""
    spoken, count, pieces = _lists()["digits"], 0, 0
    for word in reversed(words):
        if word.isdecimal():
            count += len(word)
        elif word in spoken:
            count += 1
        else:
            break
        pieces += 1
    # One alone is a number of its own: "at 10", "in 2027"; "98 45" is not.
    return count if pieces > 1 else 0


def _bare(word: str) -> str:
    """In lower case, without marks around it; a curly apostrophe becomes a straight one."""
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
    """The words of the file beside this one; `open` are those of all languages and the plugin's."""
    path = Path(__file__).with_name("open_words.toml")
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {name: frozenset(words.split()) for name, words in read.items()}
    special = {name: lists.pop(name) for name in ("sounds", "digits")}
    return special | {"open": OPEN.union(*lists.values())}
