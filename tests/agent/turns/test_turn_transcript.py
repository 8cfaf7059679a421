"""What the caller has said, from a session's events."""

from __future__ import annotations

from livekit.agents import UserInputTranscribedEvent, UserStateChangedEvent
from livekit.rtc import EventEmitter

from agent.turns.expected import Progress
from agent.turns.turn_transcript import TurnTranscript


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


def followed() -> tuple[Caller, TurnTranscript]:
    """A caller and what is known of them."""
    caller, transcript = Caller(), TurnTranscript()
    transcript.listen(caller)
    return caller, transcript


def test_words_are_owed_from_speech_to_their_transcript() -> None:
    """The end of speech alone pays nothing."""
    caller, transcript = followed()
    assert transcript.is_complete
    caller.speaks()
    assert not transcript.is_complete
    caller.stops()
    assert not transcript.is_complete
    caller.words("tomorrow")
    assert transcript.is_complete


def test_words_that_are_not_final_are_owed() -> None:
    """Those of speech that had begun before the last final ones came are noticed by that."""
    caller, transcript = followed()
    caller.speaks()
    caller.words("my name is")
    caller.words("Ravi", is_final=False)
    assert not transcript.is_complete
    caller.words("Ravi Kumar")
    assert transcript.is_complete


def test_an_empty_transcript_is_none() -> None:
    """Deepgram sends them when it must finish what it had finished."""
    caller, transcript = followed()
    caller.speaks()
    caller.words("")
    assert not transcript.is_complete


def test_all_of_a_turn_counts() -> None:
    """Digits are read out in several stretches."""
    caller, transcript = followed()
    caller.words("nine eight four five two")
    assert transcript.is_unfinished
    caller.words("two one three seven six")
    assert not transcript.is_unfinished


def test_the_next_turn_begins_without_words() -> None:
    """What was said in the last one is over."""
    caller, transcript = followed()
    caller.words("my name is")
    transcript.clear()
    assert not transcript.is_unfinished


def judge(text: str) -> Progress:
    """Five digits are awaited."""
    digits = sum(character.isdecimal() for character in text)
    if not digits:
        return Progress.UNRELATED
    return Progress.COMPLETE if digits == 5 else Progress.PARTIAL


def test_words_are_judged_by_what_is_expected() -> None:
    """All words of the turn together; without an expectation they are no part of anything."""
    caller, transcript = followed()
    caller.words("98")
    assert transcript.progress is Progress.UNRELATED
    transcript.expect(judge)
    assert transcript.progress is Progress.PARTIAL
    caller.words("765")
    assert transcript.progress is Progress.COMPLETE
    transcript.expect(None)
    assert transcript.progress is Progress.UNRELATED


def test_an_expectation_outlives_turns_that_were_a_part_of_it() -> None:
    """And a silence without words; a turn about something else ends it."""
    caller, transcript = followed()
    transcript.expect(judge)
    for words in ("98", ""):
        caller.words(words)
        transcript.clear()
    caller.words("98")
    assert transcript.progress is Progress.PARTIAL
    transcript.clear()
    caller.words("are you open tomorrow")
    transcript.clear()
    caller.words("98")
    assert transcript.progress is Progress.UNRELATED
