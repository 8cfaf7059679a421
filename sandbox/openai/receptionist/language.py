"""The language of an utterance: by its script, then by function words. Pure."""

from __future__ import annotations

from collections import Counter

from .rules import Language, rules

_SCRIPTS: tuple[tuple[range, Language], ...] = (
    (range(0x0900, 0x0980), "hi"),
    (range(0x0B80, 0x0C00), "ta"),
)
# Urdu; Bengali, Gurmukhi, Gujarati, Odia; Telugu, Kannada, Malayalam.
_OTHER_SCRIPTS = (range(0x0600, 0x0700), range(0x0980, 0x0B80), range(0x0C00, 0x0D80))


def language_of(text: str, words: tuple[str, ...]) -> Language | None:
    """The language of `text` (its folded words are `words`); None if it is unclear.

    Letters of an Indian script outweigh Latin ones, as recognisers write English loan words in
    Latin. Latin text is Hindi or Tamil if it has more of their function words ("hai", "venum") than
    of English ones. A name, a number or a lone "ok" is unclear.
    """
    letters = Counter(_script(character) for character in text)
    del letters[None]
    if letters:
        return letters.most_common(1)[0][0]
    known = rules().language_words
    counts = {language: sum(word in known[language] for word in words) for language in known}
    best = max(counts.values())
    if not best:
        return None
    leaders = [language for language, count in counts.items() if count == best]
    return leaders[0] if len(leaders) == 1 else None


def in_other_script(text: str) -> bool:
    """Whether there are letters of an Indian script that the receptionist cannot read."""
    return any(ord(character) in block for character in text for block in _OTHER_SCRIPTS)


def _script(character: str) -> Language | None:
    point = ord(character)
    return next((language for block, language in _SCRIPTS if point in block), None)
