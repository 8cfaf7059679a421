"""Yes, no, and "I will not say". Pure."""

from __future__ import annotations

from .spoken_numbers import spoken_numbers
from .tokens import tokens
from .word_lists import is_filler, refusals, word_list


def yes_or_no(text: str) -> bool | None:
    """What `text` answers to a question of yes or no. None if it is neither, is both, or says more
    than that: "yes, but ..." is for the model to understand."""
    words = [token.text for token in tokens(text)]
    yes, no = word_list("yes"), word_list("no")
    said_yes = [at for at, word in enumerate(words) if word in yes]
    said_no = [at for at, word in enumerate(words) if word in no]
    more = [w for w in words if w not in yes and w not in no and not is_filler(w)]
    if more:
        return None
    if said_yes and said_no:
        return False if any(_is_denied(words, at) for at in said_yes) else None
    if said_no:
        return False
    return True if said_yes or any(word in word_list("polite") for word in words) else None


def ordinal(text: str) -> int | None:
    """Which of two values `text` chooses: 1 after "the first one", 2 after "दूसरा"; None if it says
    neither or more."""
    words = {token.text for token in tokens(text) if not is_filler(token.text)} - {"one"}
    chosen = {
        number
        for number, name in enumerate(("first", "second"), start=1)
        if words and words <= word_list(name)
    }
    return max(chosen, default=None)


def is_refusal(text: str) -> bool:
    """Whether the caller refuses to give what was asked for, and gives no number all the same:
    "I won't give the old one, but 98765"."""
    found = tokens(text)
    words = [token.text for token in found]
    return not spoken_numbers(found) and any(
        tuple(words[at : at + len(phrase)]) == phrase
        for phrase in refusals()
        for at in range(len(words) - len(phrase) + 1)
    )


def _is_denied(words: list[str], at: int) -> bool:
    """Whether a word of assent is denied: "not correct"; in India's languages the denial follows,
    "सही नहीं"."""
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    return (
        before in ("not", "isn't")
        or (after in word_list("no") and not after.isascii())
        or (after in ("nahi", "nahin", "illa", "illai"))
    )
