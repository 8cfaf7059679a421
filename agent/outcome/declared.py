"""What an assistant says of its outcome."""

from __future__ import annotations

from typing import Any, ClassVar

from livekit.agents.llm import LLM, ChatContext
from livekit.agents.llm.utils import to_openai_response_format
from pydantic import BaseModel

from .extract import extract


class DeclaresOutcome:
    """A base of assistants whose calls have an outcome.

    class Shop(Assistant):
        outcome = Order
    """

    outcome: ClassVar[type[BaseModel] | None] = None
    """The model of the outcome; None if its calls have none. Each field should have a
    `description`: the LLM reads it."""
    outcome_llm: LLM[Any] | None = None
    """The call's LLM, while the outcome is taken."""

    async def call_outcome(self, history: ChatContext) -> BaseModel | None:
        """The outcome of the call that has ended: asked of the call's LLM. Override it where the
        assistant's own records know better; None if there is nothing to report.

        Args:
            history: The whole conversation, tool calls among it.

        Raises:
            OutcomeError: The LLM gave none.
        """
        if self.outcome is None or self.outcome_llm is None:
            return None
        return await extract(self.outcome_llm, self.outcome, history)


def problem_of_outcome(outcome: type[BaseModel] | None) -> str | None:
    """Why no LLM could be asked for this model; None if one can. For the start-up check."""
    if outcome is None:
        return None
    try:
        to_openai_response_format(outcome)
    except Exception as error:
        return f"the outcome {outcome.__name__} has a bad schema: {error}"
    return None
