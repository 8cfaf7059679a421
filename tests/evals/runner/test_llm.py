"""The LLM behind the assistant."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from livekit.agents.llm import ChatContext

from evals.runner.llm import NoKey, real, stand_in


async def test_the_stand_in_answers_on_loopback() -> None:
    """Without a key, and without its delays."""
    async with stand_in(datetime.fromisoformat("2026-12-01T09:10:00+05:30")) as llm:
        context = ChatContext()
        context.add_message(role="user", content="hello")
        answer = await llm.chat(chat_ctx=context).collect()
    assert answer.text


async def test_a_real_model_needs_a_key(tmp_path: Path) -> None:
    """A placeholder is none."""
    with pytest.raises(NoKey, match="OPENAI_API_KEY"):
        async with real({"OPENAI_API_KEY": "your-key"}, tmp_path / ".env"):
            pass


async def test_a_real_model_is_the_workers(tmp_path: Path) -> None:
    """Its name, and its address."""
    environ = {
        "OPENAI_API_KEY": "sk-one",
        "OPENAI_MODEL": "gpt-one",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    }
    async with real(environ, tmp_path / ".env") as llm:
        assert llm.model == "gpt-one"
