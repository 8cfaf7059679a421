"""Times one call: LiveKit's events and nodes in, reports out.

LiveKit keeps the speech that a task works for in a context variable. So the LLM's tokens, the TTS's
Segments and the frames of a reply find each other, though several replies may be in progress and
most preemptive ones are never heard. A reply answers the last turn that was committed before its
first frame.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any, Final, Protocol

from livekit import rtc
from livekit.agents import (
    AgentSession,
    UserInputTranscribedEvent,
    UserStateChangedEvent,
)
from livekit.agents.llm import ChatMessage
from livekit.agents.voice import SpeechHandle
from livekit.plugins.sarvam_pooled import SegmentRecord
from opentelemetry import context as otel
from opentelemetry.context import Context

from ...livekit_internals.call import current_speech
from ...llm_pieces import text_of
from ..marks import Kind, Mark
from ..turn_report import TurnReport
from .reporter import Reporter
from .timed_audio_output import TimedAudioOutput, wall_to_loop_time
from .timed_reply import AnsweredTurn, TimedReply
from .user_speech import UserSpeechTimer

_RECORD_TIMEOUT: Final = 1.0
"""Seconds after the first sound to wait for the first Segment's record."""


class ReportListener(Protocol):
    """Receives the reports. None of these methods may raise or wait."""

    def playing(self, report: TurnReport) -> None:
        """A reply has begun to play; the report is not complete yet."""

    def completed(self, report: TurnReport, context: Context | None) -> None:
        """A reply or an interruption has ended: the report is complete.

        `context` has LiveKit's span of the reply.
        """

    def segment(self, record: SegmentRecord) -> None:
        """A Segment of a reply, which may never be heard, is done."""


class Collector:
    """The timing of one call, from before its session is started.

    Args:
        call: Name of the room.
        setup: Marks of the greeting until the caller can hear it; read when it plays.
    """

    def __init__(
        self,
        call: str,
        listener: ReportListener,
        session: AgentSession[Any],
        *,
        setup: Mapping[Mark, float],
    ) -> None:
        self._listener = listener
        self._session = session
        self._setup = setup
        self._loop = asyncio.get_running_loop()
        self._reporter = Reporter(call, now=self._loop.time())
        self._user_speech = UserSpeechTimer()
        self._greeted = False
        self._turns = 0
        # Committed, and not answered yet.
        self._open: AnsweredTurn | None = None
        self._replies: dict[str, TimedReply] = {}
        # The reply whose frames were published last.
        self._playing: TimedReply | None = None
        self._is_primary_down = False
        session.on("user_state_changed", self._on_user_state)
        session.on("user_input_transcribed", self._on_transcript)

    def wrap_audio_output(self) -> None:
        """Put a `TimedAudioOutput` in front of the session's output, once it has one."""
        if (output := self._session.output.audio) is not None and not isinstance(
            output, TimedAudioOutput
        ):
            self._session.output.audio = TimedAudioOutput(output, self)

    # The caller's side.

    async def on_stt_audio(
        self, frames: AsyncIterable[rtc.AudioFrame]
    ) -> AsyncIterator[rtc.AudioFrame]:
        """Pass on the caller's frames to the STT."""
        clock, hear = self._loop.time, self._user_speech.frame
        async for frame in frames:
            hear(frame.data, clock(), sample_rate=frame.sample_rate)
            yield frame

    def predicted(self, now: float, predicts_end: bool) -> None:
        """The turn detector has answered whether it predicts the end of the turn."""
        self._user_speech.predicted(now, predicts_end=predicts_end)

    def commit(self, message: ChatMessage) -> None:
        """The caller's turn is over for good."""
        self._turns += 1
        self._open = AnsweredTurn(
            kind=Kind.TURN,
            number=self._turns,
            marks=self._user_speech.commit(self._loop.time()),
            heard=message.text_content or "",
        )

    def _on_user_state(self, event: UserStateChangedEvent) -> None:
        now = self._loop.time()
        # LiveKit backdates the event to the start or end of the VAD's windows of speech.
        estimate = wall_to_loop_time(event.created_at, now)
        if event.new_state == "speaking":
            self._user_speech.begins(now, estimate=estimate)
        elif event.old_state == "speaking":
            self._user_speech.ends(now, estimate=estimate)

    def _on_transcript(self, event: UserInputTranscribedEvent) -> None:
        if event.is_final and event.transcript:
            self._user_speech.final(self._loop.time())

    # The agent's side.

    async def on_llm_stream(self, pieces: AsyncGenerator[Any]) -> AsyncGenerator[Any]:
        """Pass on the LLM's output. Call this where the LLM is asked."""
        reply = self._of_task()
        reply.stamp(Mark.LLM_REQUEST, self._loop.time())
        async with aclosing(pieces):
            async for piece in pieces:
                if text := text_of(piece):
                    reply.stamp(Mark.FIRST_TOKEN, self._loop.time())
                    reply.said += text
                yield piece

    async def on_tts_stream(
        self, frames: AsyncGenerator[rtc.AudioFrame]
    ) -> AsyncGenerator[rtc.AudioFrame]:
        """Pass on the TTS's frames."""
        reply = self._of_task()
        reply.spoken = True
        async with aclosing(frames):
            async for frame in frames:
                if Mark.FIRST_PCM not in reply.stamps:
                    reply.fallback_tts |= self._is_primary_down
                    reply.stamp(Mark.FIRST_PCM, self._loop.time())
                yield frame

    def mark_filler(self) -> None:
        """Mark the current task's speech as a filler."""
        reply = self._of_task()
        if Mark.FIRST_PCM not in reply.stamps:
            reply.filler = True

    def primary_tts(self, *, available: bool) -> None:
        """Record whether the primary TTS works; if not, the fallback TTS speaks."""
        self._is_primary_down = not available

    def _of_task(self) -> TimedReply:
        """Return the reply that the current task works for; a new one if there is none."""
        speech = current_speech.get(None)
        if speech is None or speech.done():
            return TimedReply()
        if (reply := self._replies.get(speech.id)) is None:
            reply = self._replies[speech.id] = TimedReply(speech=speech)
            speech.add_done_callback(self._on_done)
        return reply

    def segment(self, record: SegmentRecord) -> None:
        """The primary TTS has finished a Segment, in a task that works for its reply."""
        reply = self._of_task()
        reply.records.append(record)
        self._listener.segment(record)
        self._report(reply)

    # The agent's playback (see `timed_audio_output.PlaybackListener`).

    def published(self, now: float) -> None:
        """The first frame of a piece of speech was published."""
        reply = self._of_task()
        if reply.turn is None and Mark.FIRST_FRAME not in reply.stamps:
            reply.turn, self._open = self._open, None
            if reply.turn is None and not self._greeted:
                self._greeted = True
                reply.turn = AnsweredTurn(kind=Kind.GREETING, number=0, marks=self._setup)
        reply.stamp(Mark.FIRST_FRAME, now)
        reply.context = otel.get_current()
        self._playing = reply

    def playing(self, now: float) -> None:
        """The first sample of the speech plays."""
        if (reply := self._playing) is None:
            return
        reply.stamp(Mark.FIRST_SAMPLE, now)
        self._report(reply)
        if not reply.reported:
            self._loop.call_later(_RECORD_TIMEOUT, self._report, reply, True)

    def paused(self, now: float) -> None:
        """Playback is about to stop."""
        reply = self._playing
        if reply is None or not reply.played or reply.is_ended_by_program:
            return
        if reply.interruption is None:
            reply.interruption = self._user_speech.interruption(now)

    def resumed(self) -> None:
        """Playback continues after all, or the next speech takes over."""
        if (reply := self._playing) is not None and not reply.interrupted:
            reply.interruption = None

    def played(self, until: float) -> None:
        """Audio has played up to this instant."""
        if self._playing is not None and self._playing.interruption is not None:
            self._playing.interruption.setdefault(Mark.SILENT, until)

    # Reports of replies.

    def _report(self, reply: TimedReply, at_last: bool = False) -> None:
        """Report a reply that is playing, as soon as its path is known."""
        if reply.reported or not (reply.is_known or (at_last and reply.played)):
            return
        reply.reported = True
        if (report := self._reporter.reply(reply)) is not None:
            self._listener.playing(report)

    def _on_done(self, speech: SpeechHandle) -> None:
        if (reply := self._replies.pop(speech.id, None)) is None:
            # The call had ended before, and this reply was completed with it.
            return
        reply.said = _said(speech) or ("" if reply.interrupted else reply.said)
        if reply is self._playing:
            self._playing = None
        if reply.interrupted and reply.interruption and Mark.SILENT in reply.interruption:
            self._listener.completed(
                self._reporter.interruption(reply, reply.interruption), reply.context
            )
        self._complete(reply)

    def complete_all(self) -> None:
        """The call ends: report replies that are still playing."""
        for reply in self._replies.values():
            self._complete(reply)
        self._replies.clear()

    def _complete(self, reply: TimedReply) -> None:
        if reply.played and (report := self._reporter.reply(reply)) is not None:
            self._listener.completed(report, reply.context)
        # A timer may still be about to report it.
        reply.reported = True


def _said(speech: SpeechHandle) -> str:
    """Return the text of a finished speech, as far as it was played."""
    messages = [item for item in speech.chat_items if item.type == "message"]
    return " ".join(m.text_content or "" for m in messages if m.role == "assistant")
