"""The transcript of the caller's turn so far, from a session's events."""

from __future__ import annotations

from typing import Any

from livekit.agents import AgentSession, UserInputTranscribedEvent, UserStateChangedEvent

from .completeness import is_unfinished
from .expected import Expected, Progress


class TurnTranscript:
    """The transcript of the current turn. Call `clear` when the turn ends."""

    def __init__(self) -> None:
        self._text = ""
        # There was speech whose transcript has not come.
        self._awaiting_transcript = False
        self._expected: Expected | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the transcript of all that was said has come."""
        return not self._awaiting_transcript

    @property
    def is_unfinished(self) -> bool:
        """Whether its words cannot end here."""
        return is_unfinished(self._text)

    @property
    def progress(self) -> Progress:
        """How far its words have come towards what is expected."""
        if self._expected is None or not self._text:
            return Progress.UNRELATED
        return self._expected(self._text)

    def expect(self, expected: Expected | None) -> None:
        """Expect this of the caller, until a turn has said nothing of it; None expects nothing."""
        self._expected = expected

    def listen(self, session: AgentSession[Any]) -> None:
        """Follow a session; before it is started."""
        session.on("user_state_changed", self._on_state)
        session.on("user_input_transcribed", self._on_transcript)

    def clear(self) -> None:
        """The turn is over."""
        if self._text and self.progress is Progress.UNRELATED:
            self._expected = None
        self._text = ""

    def _on_state(self, event: UserStateChangedEvent) -> None:
        if event.new_state == "speaking":
            self._awaiting_transcript = True

    def _on_transcript(self, event: UserInputTranscribedEvent) -> None:
        if not event.transcript:
            return
        # An interim transcript announces a final one, even for speech that began before the last
        # final one came.
        self._awaiting_transcript = not event.is_final
        if event.is_final:
            self._text = f"{self._text} {event.transcript}"
