"""Which words can be heard and how they sound: cuts the recogniser's dictionary down. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence


def read_pronunciations(text: str) -> dict[str, list[str]]:
    """`word PHONES` on each line, `#` begins a comment; a word may have several lines."""
    sounds: defaultdict[str, list[str]] = defaultdict(list)
    for raw in text.splitlines():
        word, _, phones = raw.partition("#")[0].strip().partition(" ")
        if phones:
            sounds[word].append(phones.strip())
    return dict(sounds)


def read_dictionary(lines: Iterable[str]) -> dict[str, list[str]]:
    """CMUdict: `word PHONES`, a further pronunciation as `word(2) PHONES`."""
    sounds: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        entry, _, phones = line.strip().partition(" ")
        sounds[entry.partition("(")[0]].append(phones)
    return dict(sounds)


def write_dictionary(
    words: Collection[str],
    dictionary: Mapping[str, Sequence[str]],
    additions: Mapping[str, Sequence[str]],
) -> str:
    """The dictionary of `words` alone, with the additions; words that neither has are left out."""
    lines: list[str] = []
    for word in sorted(words):
        sounds = dict.fromkeys([*dictionary.get(word, ()), *additions.get(word, ())])
        for number, phones in enumerate(sounds, start=1):
            lines.append(f"{word} {phones}" if number == 1 else f"{word}({number}) {phones}")
    return "\n".join([*lines, ""])
