"""What a push costs, in the worst of texts: the event loop plays audio meanwhile."""

from __future__ import annotations

import time

import pytest
from livekit.plugins.sarvam_pooled.options import Segmenting
from livekit.plugins.sarvam_pooled.text.segmenter import Segmenter

REPLY = (
    "Your appointment with Dr. Rao is at 5 p.m. on Monday, and the fee is Rs. 1,200.50. "
    "आपका अपॉइंटमेंट डॉ. राव के साथ सोमवार शाम 5 बजे पक्का हो गया है। "
)
N = 10_000
TEXTS = {
    "reply": REPLY * (N // len(REPLY)),
    "one word": "a" * 100_000,
    "one conjunct": "क्" * (N // 2),
    "stars": "*" * 50_000,
    "stops": "." * N,
    "stops after a word": "ab" + "." * N,
    "stops between letters": "a." * (N // 2),
    "stops between digits": "1." * (N // 2),
    "commas between digits": "1," * (N // 2),
    "colons between letters": "क:" * (N // 2),
    "unclosed links": "[x](" * (N // 4),
    "an unclosed link": "[x](" + "a" * N,
    "an unclosed address": "[x](https://" + "a" * N,
    "unclosed tags": "<b " * (N // 3),
    "blanks": "a" + " " * N,
    "blanks after an abbreviation": "No." + " " * N,
    "line ends": "\n" * N,
    "dashes": "a" + "-" * N,
    "quotes": "a." + '"' * N,
    "parentheses": "a " + "(" * N,
    "an address": "http://" + "a." * (N // 2),
    "emoji": "👍" * N,
    "articles": "the " * (N // 4),
    "capitals": "AB " * (N // 3),
    "digits": "1 " * (N // 2),
}


def cost(text: str) -> float:
    """Processor time for `text` by tokens of 4 characters, in seconds; waiting does not count."""
    segmenter = Segmenter(Segmenting())
    start = time.process_time()
    for at in range(0, len(text), 4):
        segmenter.push(text[at : at + 4])
    segmenter.flush()
    return time.process_time() - start


@pytest.mark.parametrize("name", TEXTS)
def test_twice_the_text_costs_about_twice_as_much(name: str) -> None:
    """A push costs microseconds (0.02 ms in a reply, measured), however long the text before it."""
    text = TEXTS[name]
    half = text[: len(text) // 2]
    # A busy machine makes one of them look dear now and then, but not each time.
    ratios = ((cost(text) - 0.02) / max(cost(half), 1e-6) for _ in range(4))
    assert any(ratio < 3.5 for ratio in ratios)
