"""Words of a text, compared without case, punctuation and spacing. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()


def words(text: str) -> list[str]:
    """The words of a text in any script.

    Letters, combining marks (such as the vowel signs of Indic scripts) and digits make words;
    everything else separates them.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in folded)
    return "".join(kept).split()


def spelt(run: Sequence[str]) -> list[str]:
    """English words with numbers up to 99 spelled out, as a recogniser writes them."""
    return [part for word in run for part in _spell(word)]


def _spell(word: str) -> list[str]:
    if not word.isascii() or not word.isdigit() or int(word) > 99:
        return [word]
    tens, ones = divmod(int(word), 10)
    if tens < 2:
        return [_ONES[int(word)]]
    return [_TENS[tens], *([_ONES[ones]] if ones else [])]


def difference(expected: Sequence[str], actual: Sequence[str]) -> str:
    """The first difference between two runs of words, for a reader; empty if there is none."""
    matcher = SequenceMatcher(None, expected, actual, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        missing = _shown(expected[start:end])
        extra = _shown(actual[other_start:other_end])
        if tag == "delete":
            return f"{missing} is missing"
        if tag == "insert":
            return f"{extra} is extra"
        if tag == "replace":
            return f"{extra} instead of {missing}"
    return ""


def likeness(expected: Sequence[str], actual: Sequence[str]) -> float:
    """The share of the expected words that occur in the same order, from 0 to 1."""
    if not expected:
        return 1.0
    matcher = SequenceMatcher(None, expected, actual, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(expected)


def find(needle: Sequence[str], haystack: Sequence[str], start: int = 0) -> int | None:
    """The index of a run of words in another, at or after `start`; None if it is not there."""
    last = len(haystack) - len(needle)
    for index in range(start, last + 1):
        if list(haystack[index : index + len(needle)]) == list(needle):
            return index
    return None


def covered(text: Sequence[str], pieces: Iterable[Sequence[str]], *, cut_off: bool = False) -> int:
    """How many words of `text`, from its start, are covered by pieces placed end to end.

    The last piece may extend beyond a text that was `cut_off`.
    """
    usable = [list(piece) for piece in pieces if piece]
    reached = {0}
    for position in range(len(text)):
        if position not in reached:
            continue
        rest = list(text[position:])
        reached |= {position + len(one) for one in usable if rest[: len(one)] == one}
        if cut_off and any(one[: len(rest)] == rest for one in usable):
            reached.add(len(text))
    return max(reached)


def _shown(run: Sequence[str], most: int = 6) -> str:
    shown = " ".join(run[:most])
    return f"“{shown} …”" if len(run) > most else f"“{shown}”"
