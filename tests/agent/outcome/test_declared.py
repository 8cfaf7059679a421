"""What an assistant declares: a model, and where its outcome comes from."""

from __future__ import annotations

from typing import Any

from livekit.agents.llm import ChatContext
from pydantic import BaseModel

from agent.outcome import DeclaresOutcome, problem_of_outcome
from tests.support.tool_llm import ToolLLM


class Order(BaseModel):
    """An order."""

    item: str


class Shop(DeclaresOutcome):
    """Has an outcome."""

    outcome = Order


async def test_by_default_the_calls_llm_is_asked() -> None:
    """Without a model, or without an LLM, there is no outcome."""
    shop = Shop()
    assert await shop.call_outcome(ChatContext.empty()) is None
    shop.outcome_llm = ToolLLM(['{"item": "tea"}'])
    assert await shop.call_outcome(ChatContext.empty()) == Order(item="tea")
    other = DeclaresOutcome()
    other.outcome_llm = ToolLLM()
    assert await other.call_outcome(ChatContext.empty()) is None


def test_a_model_that_no_llm_can_fill_in_is_found_at_start_up() -> None:
    """By its name."""

    class Odd(BaseModel):
        anything: type[Any]

    assert problem_of_outcome(None) is None
    assert problem_of_outcome(Order) is None
    problem = problem_of_outcome(Odd)
    assert problem is not None
    assert problem.startswith("the outcome Odd has a bad schema")
