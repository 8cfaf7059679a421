"""Visits: the token of one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt

from playground.settings import Settings
from playground.visits import JOIN_WITHIN, Visit, new_visit

Make = Callable[..., Settings]


def claims(settings: Settings, visit: Visit) -> dict[str, Any]:
    """What the token says, its signature checked."""
    secret = settings.livekit_api_secret.get_secret_value()
    return jwt.decode(visit.token, secret, algorithms=["HS256"], issuer="a-key")


def test_grants_are_the_least_that_a_call_needs(make_settings: Make) -> None:
    """The token opens its own room, for a microphone, for hearing, for typed messages and for the
    page's switches; it does not let its holder write what an operator reads of a participant."""
    settings = make_settings()
    visit = new_visit(settings)
    said = claims(settings, visit)
    assert said["sub"] == visit.identity
    assert said["video"] == {
        "roomJoin": True,
        "room": visit.room,
        "canPublish": True,
        "canPublishSources": ["microphone"],
        "canSubscribe": True,
        "canPublishData": True,
        "canManageAgentSession": True,
    }


def test_the_token_is_short_lived(make_settings: Make) -> None:
    """A token that leaks is worthless after a few minutes."""
    settings = make_settings()
    said = claims(settings, new_visit(settings))
    assert said["exp"] - said["nbf"] == JOIN_WITHIN.total_seconds() == 600


def test_every_visit_has_its_own_room(make_settings: Make) -> None:
    """Two callers never meet, and no room name can be guessed."""
    settings = make_settings()
    visits = [new_visit(settings) for _ in range(20)]
    assert len({visit.room for visit in visits}) == 20
    assert len({visit.identity for visit in visits}) == 20
    assert all(len(visit.room) >= len("playground-") + 16 for visit in visits)


def test_a_named_agent_is_asked_for(make_settings: Make) -> None:
    """With AGENT_NAME the room calls that worker; without, any worker takes it."""
    named = make_settings(agent_name="clinic")
    assert claims(named, new_visit(named))["roomConfig"]["agents"][0]["agentName"] == "clinic"
    unnamed = make_settings()
    assert "roomConfig" not in claims(unnamed, new_visit(unnamed))


def test_the_token_is_not_in_the_repr(make_settings: Make) -> None:
    """A visit may be logged."""
    visit = new_visit(make_settings())
    assert visit.token not in repr(visit)
