"""What segmenting costs, in the worst of texts: the event loop plays audio meanwhile.

Twice the text must cost about twice as much: a push takes as long however much text came before.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from livekit.plugins.sarvam_pooled.options import Segmenting
from livekit.plugins.sarvam_pooled.text.segmenter import Segmenter

from bench.report import Sheet, milliseconds

MOST_GROWTH: Final = 3.5
"""How many times the CPU time of half a text the whole text may take."""
_TOKEN: Final = 4  # characters
_NOISE: Final = 0.02  # seconds that the scheduler may add

REPLY: Final = (
    "Your appointment with Dr. Rao is at 5 p.m. on Monday, and the fee is Rs. 1,200.50. "
    "आपका अपॉइंटमेंट डॉ. राव के साथ सोमवार शाम 5 बजे पक्का हो गया है। "
)
N: Final = 10_000  # characters, about
TEXTS: Final = {
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


def measure() -> dict[str, tuple[float, float]]:
    """Seconds for half of each text and for all of it: the better-looking of four tries, as a busy
    machine makes one of the two look expensive now and then."""
    tries = {
        name: [(cost(t[: len(t) // 2]), cost(t)) for _ in range(4)] for name, t in TEXTS.items()
    }
    return {name: min(each, key=growth) for name, each in tries.items()}


def cost(text: str) -> float:
    """CPU time for `text` in tokens of 4 characters, in seconds."""
    segmenter = Segmenter(Segmenting())
    began = time.process_time()
    for at in range(0, len(text), _TOKEN):
        segmenter.push(text[at : at + _TOKEN])
    segmenter.flush()
    return time.process_time() - began


def growth(took: tuple[float, float]) -> float:
    """How many times as long a whole text takes as its half."""
    half, whole = took
    return (whole - _NOISE) / max(half, 1e-6)


def holds(seen: Mapping[str, tuple[float, float]]) -> bool:
    """Whether no text costs more than in proportion to its length."""
    return all(growth(took) < MOST_GROWTH for took in seen.values())


def sheet(seen: Mapping[str, tuple[float, float]]) -> Sheet:
    """The table."""
    rows = [
        (
            name,
            f"{len(TEXTS[name]):,}",
            milliseconds(whole, 1),
            f"{whole / len(TEXTS[name]) * _TOKEN * 1e6:.1f}",
            f"{whole / max(half, 1e-6):.1f}",
        )
        for name, (half, whole) in seen.items()
    ]
    columns = ("text", "characters", "ms", "us a push", "times its half")
    return Sheet("Segmenting a text in tokens of 4 characters, CPU time", columns, rows)
