"""The outcome asked of an LLM: validated, corrected once, bounded in time and size."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.agents import APIStatusError
from livekit.agents.llm import ChatContext
from livekit.plugins import openai
from pydantic import BaseModel, Field

from agent.outcome.extract import MAX_ANSWER, OutcomeError, extract
from sandbox.openai import OpenAIStandIn
from sandbox.standin import serve
from tests.support import virtual_clock
from tests.support.tool_llm import Piece, ToolLLM


class Order(BaseModel):
    """What was ordered."""

    item: str = Field(description="What the caller ordered.")
    count: int = Field(ge=1)


GOOD = '{"item": "tea", "count": 2}'
WORDS = "my secret words"


def history() -> ChatContext:
    made = ChatContext.empty()
    made.add_message(role="user", content=f"Two teas, {WORDS}.")
    return made


async def order(*answers: list[Piece], seconds: float = 6.0) -> tuple[Order, ToolLLM]:
    llm = ToolLLM(*answers)
    return await extract(llm, Order, history(), seconds=seconds), llm


@pytest.mark.parametrize("answer", [GOOD, f"```json\n{GOOD}\n```", f"```{GOOD}```"])
async def test_an_answer_that_fits_is_the_outcome(answer: str) -> None:
    """In one request, with the schema as format, and in the prompt for LLMs without formats."""
    outcome, llm = await order([answer])
    assert outcome == Order(item="tea", count=2)
    (request,) = llm.seen
    assert "What the caller ordered." in str(request.items[0])
    assert f"caller: Two teas, {WORDS}." in str(request.items[1])
    assert llm.formats[0]["json_schema"]["name"] == "Order"


@pytest.mark.parametrize("bad", ['{"item": "tea", "count": 0}', '{"item": "tea"}', "two teas", ""])
async def test_an_answer_that_does_not_fit_is_corrected_once(bad: str) -> None:
    """The LLM gets what is wrong."""
    outcome, llm = await order([bad], [GOOD])
    assert outcome.count == 2
    assert "does not fit the schema" in str(llm.seen[-1].items[-1])
    with pytest.raises(OutcomeError, match="does not fit") as failed:
        await order([bad], [bad])
    assert "tea" not in str(failed.value)


async def test_an_llm_that_refuses_formats_is_asked_without() -> None:
    """The prompt has the schema."""
    refusal = APIStatusError("no response_format", status_code=400, retryable=False)
    outcome, llm = await order([refusal], [GOOD])
    assert outcome.item == "tea"
    assert [bool(given) for given in llm.formats] == [True, False]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([[APIStatusError(WORDS, status_code=500, retryable=False)]], "LLM failed: APIStatusError"),
        ([["x" * 1000] * (MAX_ANSWER // 1000 + 1)], "more than 32000 characters"),
        ([[100.0, GOOD]], "more than 6 seconds"),
        ([["{}"], [100.0, GOOD]], "more than 6 seconds"),
    ],
)
def test_a_failure_is_a_short_reason_without_words_of_the_call(
    answers: list[list[Piece]], words: str
) -> None:
    """Late, endless, or out of order."""

    async def scenario() -> None:
        with pytest.raises(OutcomeError, match=words) as failed:
            await order(*answers)
        assert WORDS not in str(failed.value)

    virtual_clock.run(scenario())


async def test_openais_client_sends_the_schema() -> None:
    """To the stand-in, which answers in it."""
    async with serve(OpenAIStandIn()) as address:
        llm: Any = openai.LLM(api_key="k", base_url=f"http://{address}/v1", model="m")
        outcome = await extract(llm, Order, history())
        await llm.aclose()
    assert isinstance(outcome, Order)
