"""With a key: LiveKit's own judges, each an LLM with one criterion."""

from __future__ import annotations

from typing import Any

from livekit.agents.evals import (
    JudgeGroup,
    accuracy_judge,
    coherence_judge,
    handoff_judge,
    relevancy_judge,
    safety_judge,
    task_completion_judge,
    tool_use_judge,
)
from livekit.agents.llm import LLM, ChatContext

from .finding import Finding

JUDGES = (
    task_completion_judge,
    accuracy_judge,
    tool_use_judge,
    relevancy_judge,
    coherence_judge,
    safety_judge,
    handoff_judge,
)


async def judged_by_model(history: ChatContext, llm: LLM[Any]) -> tuple[Finding, ...]:
    """What the judges hold against a call. A "maybe" is nothing to hold against it."""
    group = JudgeGroup(llm=llm, judges=[make() for make in JUDGES])
    result = await group.evaluate(history)
    missing = sorted({make().name for make in JUDGES} - result.judgments.keys())
    return (
        *(
            Finding("model", f"{name}: {judgment.reasoning}")
            for name, judgment in result.judgments.items()
            if judgment.failed
        ),
        *(Finding("model", f"the judge {name} gave no verdict") for name in missing),
    )
