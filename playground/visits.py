"""A visit: a new room, and a token that admits one caller to this room for a few minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from livekit import api

from .settings import Settings

JOIN_WITHIN = timedelta(minutes=10)
"""Within which a token must be used first. It does not end a call: the LiveKit server refreshes
the tokens of its participants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the page needs for one call."""

    url: str
    room: str
    identity: str
    token: str = field(repr=False)


def new_visit(settings: Settings) -> Visit:
    """Sign a token for one call, in a room with a random name."""
    room = f"playground-{secrets.token_urlsafe(12)}"
    identity = f"caller-{secrets.token_urlsafe(6)}"
    token = (
        api.AccessToken(settings.livekit_api_key, settings.livekit_api_secret.get_secret_value())
        .with_identity(identity)
        .with_name("Caller")
        .with_ttl(JOIN_WITHIN)
        .with_grants(
            api.VideoGrants(
                room_join=True,
                room=room,
                can_publish=True,
                can_publish_sources=["microphone"],
                can_subscribe=True,
                # Typed messages.
                can_publish_data=True,
                # The switches on the page (agent/call/operators.py).
                can_manage_agent_session=True,
            )
        )
    )
    if settings.agent_name:
        dispatch = api.RoomAgentDispatch(agent_name=settings.agent_name)
        token = token.with_room_config(api.RoomConfiguration(agents=[dispatch]))
    return Visit(url=settings.livekit_url, room=room, identity=identity, token=token.to_jwt())
