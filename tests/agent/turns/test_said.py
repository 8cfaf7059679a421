"""What the caller has said, from a session's events."""

from __future__ import annotations

from livekit.agents import UserInputTranscribedEvent, UserStateChangedEvent
from livekit.rtc import EventEmitter

from agent.turns.said import Said


class Caller(EventEmitter[str]):
    """A session as far as its events go."""

    def speaks(self) -> None:
        """The VAD hears speech."""
        self._state("listening", "speaking")

    def stops(self) -> None:
        """It hears none any more."""
        self._state("speaking", "listening")

    def words(self, text: str, *, is_final: bool = True) -> None:
        """A transcript comes."""
        event = UserInputTranscribedEvent(transcript=text, is_final=is_final)
        self.emit("user_input_transcribed", event)

    def _state(self, old: str, new: str) -> None:
        self.emit("user_state_changed", UserStateChangedEvent(old_state=old, new_state=new))


def followed() -> tuple[Caller, Said]:
    """A caller and what is known of them."""
    caller, said = Caller(), Said()
    said.listen(caller)
    return caller, said


def test_words_are_owed_from_speech_to_their_transcript() -> None:
    """The end of speech alone pays nothing."""
    caller, said = followed()
    assert said.is_heard
    caller.speaks()
    assert not said.is_heard
    caller.stops()
    assert not said.is_heard
    caller.words("tomorrow")
    assert said.is_heard


def test_words_that_are_not_final_are_owed() -> None:
    """Those of speech that had begun before the last final ones came are noticed by that."""
    caller, said = followed()
    caller.speaks()
    caller.words("my name is")
    caller.words("Ravi", is_final=False)
    assert not said.is_heard
    caller.words("Ravi Kumar")
    assert said.is_heard


def test_an_empty_transcript_is_none() -> None:
    """Deepgram sends them when it is told to finish what it had finished."""
    caller, said = followed()
    caller.speaks()
    caller.words("")
    assert not said.is_heard


def test_all_of_a_turn_counts() -> None:
    """Digits are read out in several stretches."""
    caller, said = followed()
    caller.words("nine eight four five two")
    assert said.is_open
    caller.words("two one three seven six")
    assert not said.is_open


def test_the_next_turn_begins_without_words() -> None:
    """What was said in the last one is over."""
    caller, said = followed()
    caller.words("my name is")
    said.clear()
    assert not said.is_open
