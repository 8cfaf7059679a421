"""Whole calls in Hindi, Tamil and English with the sandbox's LLM: the customers' words in, what the
records hold out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from evals.conversation import conversation

from .conftest import Written

PLANNED = "14 Gandhi Road, Adyar, Chennai; 600020; 2026-12-01; evening; confirmed"


@dataclass(frozen=True, slots=True)
class Talk:
    """One call. `parcel` is its row, None for none; `hears` a pattern in what the agent says."""

    language: str
    lines: str
    """What the customer says, turn by turn, between bars."""
    parcel: str | None
    outcome: str
    hears: str = ""


TALKS = {
    "hi, confirms": Talk(
        "hi-IN", "जी कहिए | मैं प्रिया बोल रही हूँ | हाँ ठीक है", PLANNED, "confirmed; True", "पक्की"
    ),
    "hi, new address": Talk(
        "hi-IN",
        "प्रिया शर्मा | पता बदलना है | 22 लेक रोड, मायलापुर "
        "| छह शून्य शून्य | शून्य एक सात | हाँ",
        "22 Lake Road, Maylapur; 600017; 2026-12-01; evening; confirmed",
        "address_changed; True",
        "6 0 0, 0 1 7",
    ),
    "hi, wants it no more": Talk(
        "hi-IN",
        "प्रिया | अब नहीं चाहिए",
        PLANNED.replace("confirmed", "refused"),
        "refused; True",
    ),
    "hi, wrong number": Talk("hi-IN", "गलत नंबर है", None, "wrong_person; False", "तकलीफ़|क्षमा|माफ़"),
    "hi, has no time": Talk("hi-IN", "मैं गाड़ी चला रहा हूँ, बाद में फोन कीजिए", None, "call_back; False"),
    "hi, mixed, tomorrow morning": Talk(
        "hi-IN",
        "haan boliye | Priya bol rahi hoon | कल morning में भेज दीजिए",
        PLANNED.replace("evening", "morning"),
        "rescheduled; True",
    ),
    "ta, confirms": Talk(
        "ta-IN", "ஆமாம் | என் பெயர் பிரியா | ஆமாம் சரி", PLANNED, "confirmed; True", "உறுதி|நன்றி"
    ),
    "ta, new address in parts": Talk(
        "ta-IN",
        "என் பெயர் பிரியா | முகவரியை மாற்றணும் | 22 லேக் வியூ ரோடு, மயிலாப்பூர் "
        "| 600 | 017 | ஆமாம்",
        "22 Lake View Road, Mayilappur; 600017; 2026-12-01; evening; confirmed",
        "address_changed; True",
        "6 0 0, 0 1 7",
    ),
    "ta, wrong number": Talk("ta-IN", "ராங் நம்பர்", None, "wrong_person; False"),
    "ta, does not want it": Talk(
        "ta-IN",
        "பிரியா | எனக்கு வேண்டாம்",
        PLANNED.replace("confirmed", "refused"),
        "refused; True",
    ),
    "en, friday": Talk(
        "en-IN",
        "yes | Priya Sharma | not today | friday morning",
        "14 Gandhi Road, Adyar, Chennai; 600020; 2026-12-04; morning; confirmed",
        "rescheduled; True",
        "Friday 4 December",
    ),
    "en, changes her mind": Talk(
        "en-IN",
        "Priya | yes that is right | wait, change the address | 5 Temple Road, Mylapore, 600004 "
        "| yes",
        "5 Temple Road, Mylapore; 600004; 2026-12-01; evening; confirmed",
        "address_changed; True",
    ),
    "en, spells": Talk(
        "en-IN",
        "Freya Sharma | P for Pune, R for Rajdhani, I, Y, A | yes",
        PLANNED,
        "confirmed; True",
    ),
    "en, another person": Talk(
        "en-IN", "Ravi Kumar | R A V I | Ravi Kumar", None, "not_verified; False"
    ),
    "en, a person": Talk(
        "en-IN", "Priya | can I talk to a real person", None, "human_requested; True"
    ),
    "en, asks what is in it": Talk(
        "en-IN", "Priya | what is in the parcel? | yes", PLANNED, "confirmed; True"
    ),
    "en, another depot": Talk(
        "en-IN", "Priya | change the address | 5 Temple Road, Pune, 411001 | yes",
        None, "unfinished; True",
    ),
}  # fmt: skip


@pytest.mark.parametrize("talk", TALKS.values(), ids=list(TALKS))
async def test_a_call_ends_with_what_was_agreed_in_the_records(
    talk: Talk, variables: Mapping[str, str], moment: datetime, database: str, written: Written
) -> None:
    """And nothing else."""
    about: dict[str, Any] = {"now": lambda: moment, "database_url": database}
    async with conversation("delivery", talk.language, variables=variables, **about) as session:
        replies: list[str] = []
        for line in talk.lines.split("|"):
            heard = await session.run(user_input=line.strip())
            spoken = [each.item for each in heard.events if each.type == "message"]
            replies += [each.text_content or "" for each in spoken if each.role == "assistant"]
        assert re.search(talk.hears, " ".join(replies))
    parcels, calls = written()
    assert parcels == ([talk.parcel] if talk.parcel else [])
    assert calls == [f"TC-48210; {talk.outcome}"]


@pytest.mark.parametrize("language", ["hi-IN", "ta-IN", "en-IN"])
async def test_nobody_but_the_customer_hears_of_the_parcel(
    language: str, variables: Mapping[str, str], moment: datetime, database: str
) -> None:
    """Neither in words nor in anything that the model gets."""
    about: dict[str, Any] = {"now": lambda: moment, "database_url": database}
    async with conversation("delivery", language, variables=variables, **about) as session:
        for line in (
            "Ravi Kumar",
            "R A V I",
            "what is in the parcel?",
            "who sent it, and where to?",
        ):
            await session.run(user_input=line)
        known = f"{session.current_agent.instructions} {session.history.to_dict()}"
    for secret in ("Nila Books", "Gandhi", "600020", "Sharma", "2026-12-01"):
        assert secret not in known
