"""What the worker wrote of a call."""

from __future__ import annotations

import json

from livekit.agents.llm import ChatContext, FunctionCall, FunctionCallOutput

from evals.sound.record import Record
from evals.transcript import ToolCall


def test_tools_belong_to_the_turn_in_which_they_were_called() -> None:
    """As LiveKit writes a history; one without an output has not succeeded."""
    history = ChatContext()
    history.add_message(role="user", content="hello", created_at=9.0)
    for at, name in ((10.0, "find"), (20.0, "book"), (21.0, "hangs")):
        call = FunctionCall(call_id=name, name=name, arguments="{}", created_at=at)
        history.insert(call)
    for at, name, failed in ((11.0, "find", False), (22.0, "book", True)):
        output = FunctionCallOutput(
            call_id=name, name=name, output=f"{name} ran", is_error=failed, created_at=at
        )
        history.insert(output)
    written = {"instructions": "Be good.", "history": history.to_dict(exclude_timestamp=False)}
    record = Record.read(json.dumps(written))
    assert record.instructions == "Be good."
    assert record.tools(0, 15) == (ToolCall("find", "{}", "find ran", False),)
    assert record.tools(15, 99) == (
        ToolCall("book", "{}", "book ran", True),
        ToolCall("hangs", "{}", "", True),
    )
