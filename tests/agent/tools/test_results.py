"""Results of tools: what is too long is cut, with a note for the model."""

from __future__ import annotations

from typing import NamedTuple

from livekit.agents import Agent
from livekit.agents.llm import ToolResult

from agent.tools.results import MAX_CHARACTERS, hands_off, shorten, shorten_text

BIG = "x" * 5_000_000
AGENT = Agent(instructions="")


class HandOff(NamedTuple):
    """A tool's own type of pair."""

    agent: Agent
    text: str


def test_a_result_of_five_megabytes_is_cut_with_a_note() -> None:
    """Its length is in the note, so that the model can ask for less."""
    short = shorten(BIG)
    assert short.startswith("x" * MAX_CHARACTERS + "\n[cut:")
    assert "5,000,000" in short
    assert len(short) < MAX_CHARACTERS + 200


def test_what_is_not_text_is_measured_as_the_model_reads_it() -> None:
    """A list, a table, and a result with options, which it keeps."""
    assert "[cut:" in shorten([BIG])
    assert "[cut:" in shorten({"rows": [BIG]})
    result = shorten(ToolResult(BIG, reply_required=False))
    assert "[cut:" in result.output
    assert not result.reply_required


def test_a_result_that_fits_is_the_same_object() -> None:
    """LiveKit knows its type."""
    for result in ("x" * MAX_CHARACTERS, ["a"], {"a": 1}, 3, True, None, AGENT):
        assert shorten(result) is result
    assert shorten_text("a") == "a"


def test_half_a_character_is_replaced() -> None:
    """JSON of another service may have one, and no request to an LLM could be encoded with it."""
    assert shorten("a\ud800b") == "a?b"
    assert shorten_text("\udfff" + BIG).startswith("?xxx")
    assert shorten("आशा") == "आशा"


def test_an_agent_to_hand_off_to_stays() -> None:
    """The text beside it is cut."""
    agent, text = shorten((AGENT, BIG))
    assert agent is AGENT
    assert "[cut:" in text
    assert hands_off((AGENT, text))
    assert shorten(HandOff(AGENT, "over")) == (AGENT, "over")
    assert shorten([AGENT, "over"]) == [AGENT, "over"]
    assert hands_off(AGENT)
    assert not hands_off("agent")
    assert not hands_off(["agent"])
