"""Who may change how the agent works. That tokens cannot be forged: see tests/e2e/test_room.py."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from livekit import rtc
from livekit.rtc._proto.participant_pb2 import ParticipantPermission

from agent.call.operators import REFUSED, for_operators


def participant(*, manages: bool, **attributes: str) -> Any:
    permissions = ParticipantPermission(can_manage_agent_session=manages, can_update_metadata=True)
    return SimpleNamespace(permissions=permissions, attributes=attributes, metadata=attributes)


async def test_only_a_token_that_says_so_is_answered() -> None:
    """What participants can write themselves counts for nothing, nor does a name that is not there:
    the server withholds that of hidden participants."""
    room: Any = SimpleNamespace(
        remote_participants={
            "operator": participant(manages=True),
            "stranger": participant(manages=False, canManageAgentSession="true"),
        }
    )
    asked: list[str] = []

    async def answer(call: rtc.RpcInvocationData) -> str:
        asked.append(call.caller_identity)
        return "done"

    method = for_operators(room, answer)
    assert await method(rtc.RpcInvocationData("1", "operator", "{}", 5.0)) == "done"
    for other in ("stranger", "gone", ""):
        with pytest.raises(rtc.RpcError) as refused:
            await method(rtc.RpcInvocationData("1", other, "{}", 5.0))
        assert refused.value.code == REFUSED
    assert asked == ["operator"]
