"""Whether a reply is being prepared that cannot be heard yet."""

from __future__ import annotations

from livekit.agents import SpeechCreatedEvent
from livekit.agents.voice import SpeechHandle
from livekit.rtc import EventEmitter

from agent.turns.ahead import Ahead


class Session(EventEmitter[str]):
    """A session as far as its events go."""

    def prepares(self, source: str = "generate_reply") -> SpeechHandle:
        """A speech is created."""
        speech = SpeechHandle.create()
        event = SpeechCreatedEvent(user_initiated=True, source=source, speech_handle=speech)
        self.emit("speech_created", event)
        return speech


def followed() -> tuple[Session, Ahead, list[str]]:
    """A session, what is known of its replies, and a list that grows with each that sounds."""
    session, ahead, sounded = Session(), Ahead(), []
    ahead.listen(session)
    ahead.tell(lambda: sounded.append("sound"))
    return session, ahead, sounded


async def test_a_reply_is_awaited_until_it_sounds() -> None:
    """And its first frame is told once."""
    session, ahead, sounded = followed()
    assert not ahead.is_awaited
    speech = session.prepares()
    assert ahead.is_awaited
    ahead.sounds(speech)
    ahead.sounds(speech)
    assert not ahead.is_awaited
    assert sounded == ["sound"]


async def test_a_reply_that_is_dropped_is_not_awaited() -> None:
    """LiveKit drops it when the caller goes on, or when it cannot be used."""
    session, ahead, _ = followed()
    session.prepares()._cancel()
    assert not ahead.is_awaited


async def test_only_the_last_reply_is_awaited() -> None:
    """The sound of one that was replaced says nothing of the next."""
    session, ahead, sounded = followed()
    dropped = session.prepares()
    session.prepares()
    ahead.sounds(dropped)
    assert ahead.is_awaited
    assert not sounded


async def test_what_answers_no_turn_is_not_awaited() -> None:
    """A greeting is spoken by itself, and other sound belongs to no reply at all."""
    session, ahead, sounded = followed()
    session.prepares("say")
    assert not ahead.is_awaited
    ahead.sounds(None)
    assert not sounded
