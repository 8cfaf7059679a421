"""A pocketsphinx decoder for a language model and the words that it has."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pocketsphinx import Decoder, get_model_path  # type: ignore[import-untyped]


def make_decoder(model: str, dictionary: str, **settings: Any) -> Decoder:
    """A decoder of American English for a model (ARPA) and a dictionary (CMUdict), as text."""
    with tempfile.TemporaryDirectory() as folder:
        model_file, dictionary_file = Path(folder) / "model.lm", Path(folder) / "words.dict"
        model_file.write_text(model, "utf-8")
        dictionary_file.write_text(dictionary, "utf-8")
        return Decoder(
            hmm=get_model_path("en-us/en-us"),
            dict=str(dictionary_file),
            lm=str(model_file),
            loglevel="FATAL",
            **settings,
        )


def general_dictionary() -> dict[str, list[str]]:
    """The pronunciations of every word that pocketsphinx has."""
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as lines:
        return read_dictionary(lines)


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
