"""Anything in any order, with any of the tools, and with tools that fail."""

from __future__ import annotations

import random

import pytest

from .conftest import CAREFUL, DRIVER_PROMPT, NOW, Desk, Parcel, Talk

UTTERANCES = (
    """
hello | i want an appointment | tomorrow | at ten | ravi kumar | 98765 43210 | yes | no
the first one | cancel my appointment | move it to friday | in the evening | whatever
how much is it | are you open | i cut my hand | repeat that | bye | नमस्ते | कल | नहीं | हाँ
change the address | 600017 | 22 Lake Road, Chennai | wrong number | i am not at home today
call me later | talk to a human | why? | i do not want it | doctor mehta | ... lo ...
no thank you | the other one | priya | ஆமாம் | நாளை
""".strip()
    .replace("\n", " | ")
    .split(" | ")
)
RESULTS = ("", "ok", "{}", "[]", "null", "An internal error occurred", "Not done: taken.", "7")


@pytest.mark.parametrize("seed", range(12))
def test_every_turn_has_words(seed: int) -> None:
    """And no tool is called without an end."""
    order = random.Random(seed)
    clinic = seed % 2 == 0
    tools = Desk().tools() if clinic else Parcel().tools()
    kept = order.sample(sorted(tools), k=order.randint(1, len(tools)))
    some = {name: tools[name] for name in kept}
    for name in order.sample(kept, k=len(kept) // 2):
        about, run = some[name]
        some[name] = (
            about, lambda run=run, **given: order.choice(RESULTS) or run(**given)
        )  # fmt: skip
    talk = Talk(some, CAREFUL if clinic else DRIVER_PROMPT, NOW)
    for _ in range(25):
        assert talk.say(order.choice(UTTERANCES)).strip()
