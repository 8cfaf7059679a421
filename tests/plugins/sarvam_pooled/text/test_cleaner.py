"""Characters that a voice cannot say are removed, the rest stays, and no speech waits."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.text.cleaner import Cleaner

CLEANED = [
    # Emphasis.
    ("**Hello** _dear_ *friend*, ~~not~~ `this`!", "Hello dear friend, not this!"),
    ("**राम**ने कहा", "रामने कहा"),
    ("***सुनिए***", "सुनिए"),
    ("**P**ermanent", "Permanent"),
    # Blocks.
    ("# Title\n## Next ##\ntext", "Title\nNext \ntext"),
    ("- one\n  - two\n* three\n+ four\n• five\n1. six", "one\ntwo\nthree\nfour\nfive\n1. six"),
    ("> quoted\n\n---\n***\n___\nafter", "quoted\nafter"),
    ("Title\n=====\ntext", "Title\ntext"),
    ("| Tea | Rs. 10 |\n|---|:--:|\n| Milk | 20 |", "Tea Rs. 10 \nMilk 20 "),
    ("नाम|उम्र\n नमस्ते|जी", "नाम उम्र\nनमस्ते जी"),
    ("```python\nprint(1)\n```\nDone", "print(1)\nDone"),
    ("```\nplain\n```", "plain\n"),
    ("```hello there```", "hello there"),
    # Links.
    ("[book](https://a.in/b) now", "book now"),
    ('[book](https://a.in/x_(y) "A title") now', "book now"),
    ("[one](a)[two](b)", "one two"),
    ("[note](as I said) ok", "note(as I said) ok"),
    ("[x](and then no end", "x(and then no end"),
    ("[x](https://a.in/never-closed", "x"),
    ("[x](https://a.in then more\nline", "x then more\nline"),
    ("see (this) one", "see (this) one"),
    ("https://a.in/b_c?d=e_f#g", "https://a.in/b_c?d=e_f#g"),
    ("<https://a.in> or <ravi@b.in>", "https://a.in or ravi@b.in"),
    # Tags.
    ("one<br/>two <b>three</b>", "one two three"),
    ('wait <break time="1s"/> go', "wait go"),
    ("5 < 6 and 7 > 3, <500, 5<6", "5 < 6 and 7 > 3, <500, 5<6"),
    ("<yes> <b and c> <brown> <div", "yes b and c brown div"),
    ("a -> b => c", "a - b = c"),
    ("x <", "x <"),
    # Emoji and what cannot be seen.
    ("Done ✅ 👍🏽 👩‍⚕️ 🇮🇳 ⏰!", "Done !"),
    ("ठीक है👍चलिए", "ठीक है चलिए"),
    ("1️⃣2️⃣", "1 2"),
    ("दिल्ली → मुंबई", "दिल्ली मुंबई"),
    ("a\u200bb\u00adc\ufeff\u2060d \ufffd\x00e", "abcd e"),
    # Signs that mean something.
    ("2*3 = 6, 2 * 3, Rs. 5 *only*, 5 **only**", "2*3 = 6, 2 * 3, Rs. 5 only, 5 only"),
    ("-5°C\n+91 98765\n-₹500", "-5°C\n+91 98765\n-₹500"),
    ("C# and F#, #1, #Tag", "C# and F#, 1, Tag"),
    ("first_last@x.com, snake_case", "first_last@x.com, snake_case"),
    ("50% of ₹1,200.50 @ 5 & 6/7 + 8", "50% of ₹1,200.50 @ 5 & 6/7 + 8"),
    # What was apart stays apart.
    ("5~6 days, 12\\05, a[1]", "5 6 days, 12 05, a 1"),
    # White space.
    ("  a  b\t\u00a0c \n\n d\r\ne\u2028f", "a b c \nd\ne\nf"),
    # Joiners and marks stay where they belong.
    ("क्\u200dष र्\u200cय ശ്\u200d", "क्\u200dष र्\u200cय ശ്\u200d"),
    ("👍\u200d x,\u0301 \u200dy", "x, y"),
    ("क़ ড় ਸ਼", "क़ ড় ਸ਼"),
    ("", ""),
    ("***", ""),
]


@pytest.mark.parametrize(("raw", "clean"), CLEANED)
def test_marks_go_and_words_stay(raw: str, clean: str) -> None:
    """Whole."""
    cleaner = Cleaner()
    assert cleaner.feed(raw) + cleaner.flush() == clean


@pytest.mark.parametrize(("raw", "clean"), CLEANED)
def test_pieces_make_no_difference(raw: str, clean: str) -> None:
    """By character, and cut in two at every place."""
    cleaner = Cleaner()
    assert "".join(map(cleaner.feed, raw)) + cleaner.flush() == clean
    for at in range(len(raw)):
        cleaner = Cleaner()
        pieces = cleaner.feed(raw[:at]) + cleaner.feed(raw[at:]) + cleaner.flush()
        assert pieces == clean


AT_ONCE = [
    "Hello",
    "**Hello",
    "[Hello",
    "`Hello",
    "# Hello",
    "- Hello",
    "[x](http://a.in)Hello",
    "5 *Hello",
    "_Hello",
    "~~Hello",
    "> Hello",
    "| Hello",
    "👍Hello",
    "<b>Hello",
    "```python\nHello",
]


@pytest.mark.parametrize("text", AT_ONCE)
def test_words_leave_with_the_character_that_brings_them(text: str) -> None:
    """No mark is waited for to be closed."""
    cleaner = Cleaner()
    out = [cleaner.feed(char) for char in text]
    assert "".join(out).strip().endswith("Hello")
    assert [piece.strip() for piece in out[-5:]] == list("Hello")


def test_an_address_of_any_length_is_no_text() -> None:
    """The target of a link is dropped to its end, and its parenthesis with it."""
    cleaner = Cleaner()
    target = "https://a.in/" + "x" * 5000
    assert cleaner.feed(f"[here]({target}) is it") == "here is it"


def test_a_reply_goes_on_after_a_flush() -> None:
    """Held text is returned once, and the state is kept."""
    cleaner = Cleaner()
    assert cleaner.feed("[x](no") == "x"
    assert cleaner.flush() == "(no"
    assert cleaner.flush() == ""
    assert cleaner.feed(" more") == " more"
