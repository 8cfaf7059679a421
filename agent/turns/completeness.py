"""Judges by its last words whether a sentence will go on. Pure.

Evidence is: a word that cannot end a sentence in one of the agent's languages, a comma, digits
being read out. An STT's full stop is no evidence, because an STT writes one wherever it was asked
to finalise. Unknown words end sentences.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Final

from livekit.plugins.sarvam_pooled.text.function_words import OPEN

_CLOCK_TIME: Final = re.compile("([1-9]|1[0-2]) [0-5][05]")
_NAME_WORDS: Final = 3
"""Words before a number that may name it, as "PIN code is" does."""
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
    groups = _digit_groups(words)
    # A single one is a number of its own: "at 10", "in 2027"; "98 45" is not.
    if len(groups) > 1:
        before = words[: -len(groups)][-_NAME_WORDS:]
        return not _is_whole_number(groups, is_code=not lists["codes"].isdisjoint(before))
    return len(words) > 1 and words[-1] in lists["open"]


def _is_whole_number(groups: list[str], *, is_code: bool) -> bool:
    """Whether digits that were read out in `groups` are all there.

    In India a telephone number has 10 digits, 11 with a 0 in front, 12 with 91; a PIN code and most
    one-time passwords have 6, in groups of one length. Six from 6, 7, 8, 9 or 0 may also be the
    beginning of a telephone number, unless the caller calls them a code.
    """
    digits = "".join(groups)
    if len(digits) == 6:
        return is_code or (digits[0] in "12345" and len(set(map(len, groups))) == 1)
    if _CLOCK_TIME.fullmatch(" ".join(groups)):
        return True
    return len(digits) in (11 if digits[0] == "0" else 12 if groups[0] == "91" else 10, 12)


def _digit_groups(words: list[str]) -> list[str]:
    """The digits that are read out at the end of `words`: written groups, or said one by one."""
    names = _digits()
    read_out = takewhile(lambda word: word.isdecimal() or word in names, reversed(words))
    return [names.get(word) or "".join(map(str, map(int, word))) for word in read_out][::-1]


def _bare(word: str) -> str:
    """The word in lower case, without marks around it, with a straight apostrophe."""
    lower = word.replace("’", "'").casefold()
    kept = [at for at, mark in enumerate(lower) if unicodedata.category(mark)[0] not in "PSZ"]
    return lower[kept[0] : kept[-1] + 1] if kept else ""


@cache
def _lists() -> dict[str, frozenset[str]]:
    """The words of open_words.toml; `open` has those of all languages and the plugin's."""
    lists = {name: frozenset(words.split()) for name, words in _table()["words"].items()}
    special = {name: lists.pop(name) for name in ("sounds", "codes")}
    return special | {"open": OPEN.union(*lists.values())}


@cache
def _digits() -> dict[str, str]:
    """The digits by the words for them."""
    return {name: digit for digit, names in _table()["digits"].items() for name in names.split()}


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("open_words.toml").read_text(encoding="utf-8"))
