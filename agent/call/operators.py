"""Operators: the participants of a room whose tokens let them change how the agent works.

The grant is LiveKit's own `canManageAgentSession`. A participant cannot give it to itself:

- livekit-server (1.13.4) reads it only from the signed token, where it is off unless it is named,
  and shows it to the room as `permissions` of the participant;
- only `UpdateParticipant` of the server's API changes it, which needs `roomAdmin`;
- name, metadata and attributes are no proof: `canUpdateOwnMetadata` lets their owner write them.

The sender of an RPC cannot be forged either: the server writes its identity into each packet, and
lets only participants of the kind `agent`, again by a signed token, write under another identity.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from livekit import rtc

REFUSED: Final = 1403
"""Code of the RPC error; LiveKit's own are from 1500 on."""

Answer = Callable[[rtc.RpcInvocationData], Awaitable[str]]


def is_operator(room: rtc.Room, identity: str) -> bool:
    """Whether this participant is in the room, and its token has the grant."""
    caller = room.remote_participants.get(identity)
    return caller is not None and caller.permissions.can_manage_agent_session


def for_operators(room: rtc.Room, answer: Answer) -> Answer:
    """An RPC method that answers operators and refuses everyone else with `rtc.RpcError`."""

    async def guarded(call: rtc.RpcInvocationData) -> str:
        if not is_operator(room, call.caller_identity):
            raise rtc.RpcError(REFUSED, "needs a token with canManageAgentSession")
        return await answer(call)

    return guarded
