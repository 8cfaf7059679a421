"""LiveKit's judges, with an LLM that gives one verdict."""

from __future__ import annotations

import json
from typing import Any

import pytest
from livekit.agents import DEFAULT_API_CONNECT_OPTIONS
from livekit.agents.llm import LLM, ChatChunk, ChatContext, ChoiceDelta, FunctionToolCall, LLMStream

from evals.judges.model import JUDGES, judged_by_model


class Verdict(LLM[Any]):
    """Submits the same verdict each time; none if it is empty."""

    def __init__(self, verdict: str) -> None:
        super().__init__()
        self.verdict = verdict

    @property
    def model(self) -> str:
        return "verdict"

    def chat(self, *, chat_ctx: ChatContext, **_: Any) -> LLMStream:
        return _Answer(self, chat_ctx=chat_ctx, tools=[], conn_options=DEFAULT_API_CONNECT_OPTIONS)


class _Answer(LLMStream):
    async def _run(self) -> None:
        assert isinstance(self._llm, Verdict)
        delta = ChoiceDelta(role="assistant", content="so")
        if self._llm.verdict:
            arguments = json.dumps({"verdict": self._llm.verdict, "reasoning": "seen"})
            call = FunctionToolCall(name="submit_verdict", arguments=arguments, call_id="1")
            delta.tool_calls = [call]
        self._event_ch.send_nowait(ChatChunk(id="1", delta=delta))


@pytest.mark.parametrize(
    ("verdict", "findings"),
    [
        # Without a hand-off its judge passes without asking the model.
        ("fail", len(JUDGES) - 1),
        ("pass", 0),
        ("maybe", 0),
        ("", len(JUDGES) - 1),
    ],
)
async def test_a_failed_verdict_is_a_finding(verdict: str, findings: int) -> None:
    """And so is a judge without a verdict; a doubt is none."""
    history = ChatContext()
    history.add_message(role="user", content="hello")
    found = await judged_by_model(history, Verdict(verdict))
    assert len(found) == findings
    assert {finding.rule for finding in found} <= {"model"}
