"""Whether a reply is being prepared that cannot be heard yet."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncGenerator

import pytest
from livekit import rtc
from livekit.agents import SpeechCreatedEvent, tts
from livekit.agents.llm import ChatChunk, ChoiceDelta, FunctionToolCall
from livekit.agents.voice import SpeechHandle
from livekit.rtc import EventEmitter

from agent.livekit_internals.call import current_speech
from agent.llm_pieces import Piece
from agent.turns.preemptive_reply import NotifyingFallbackAdapter, PreemptiveReply


class Session(EventEmitter[str]):
    """A session as far as its events go."""

    def prepares(self, source: str = "generate_reply") -> SpeechHandle:
        """A speech is created."""
        speech = SpeechHandle.create()
        event = SpeechCreatedEvent(user_initiated=True, source=source, speech_handle=speech)
        self.emit("speech_created", event)
        return speech


def followed() -> tuple[Session, PreemptiveReply, list[str]]:
    """A session, what is known of its replies, and a list that grows with each that sounds."""
    session, preemptive_reply, sounded = Session(), PreemptiveReply(), []
    preemptive_reply.listen(session)
    preemptive_reply.set_playable_callback(lambda: sounded.append("sound"))
    return session, preemptive_reply, sounded


def note_frame(preemptive_reply: PreemptiveReply, speech: SpeechHandle | None) -> None:
    """A TTS makes a frame in the context of `speech`; None: of no speech."""
    context = contextvars.Context()
    if speech is not None:
        context.run(current_speech.set, speech)
    context.run(preemptive_reply.note_frame)


async def test_a_reply_is_pending_until_it_sounds() -> None:
    """And its first frame is reported once."""
    session, preemptive_reply, sounded = followed()
    assert not preemptive_reply.is_pending
    speech = session.prepares()
    assert preemptive_reply.is_pending
    note_frame(preemptive_reply, speech)
    note_frame(preemptive_reply, speech)
    assert not preemptive_reply.is_pending
    assert sounded == ["sound"]


async def test_a_reply_that_is_dropped_is_not_pending() -> None:
    """LiveKit drops it when the caller goes on, or when it cannot be used."""
    session, preemptive_reply, _ = followed()
    session.prepares()._cancel()
    assert not preemptive_reply.is_pending


async def test_only_the_last_reply_is_pending() -> None:
    """The sound of one that was replaced says nothing of the next."""
    session, preemptive_reply, sounded = followed()
    dropped = session.prepares()
    session.prepares()
    note_frame(preemptive_reply, dropped)
    assert preemptive_reply.is_pending
    assert not sounded


async def test_what_answers_no_turn_is_not_pending() -> None:
    """A greeting is spoken by itself, and other sound belongs to no reply at all."""
    session, preemptive_reply, sounded = followed()
    session.prepares("say")
    assert not preemptive_reply.is_pending
    note_frame(preemptive_reply, None)
    assert not sounded


TOOL_CALL = ChatChunk(
    id="1",
    delta=ChoiceDelta(tool_calls=[FunctionToolCall(name="book", arguments="{}", call_id="1")]),
)


@pytest.mark.parametrize(
    ("pieces", "playable_after"),
    [
        ([TOOL_CALL], 0),
        ([ChatChunk(id="1", delta=ChoiceDelta(role="assistant")), TOOL_CALL, "Done."], 1),
        ([" ", TOOL_CALL, TOOL_CALL], 1),
        ([], 0),
        (["", " "], 2),
        (["Sure.", TOOL_CALL], None),
        (["Sure."], None),
    ],
)
async def test_a_reply_without_words_before_its_tool_call_is_playable_without_sound(
    pieces: list[Piece], playable_after: int | None
) -> None:
    """With its first tool call, or when it has ended; one that begins with words by its sound."""
    session, preemptive_reply, sounded = followed()
    passed: list[Piece] = []

    async def answer() -> AsyncGenerator[Piece]:
        for piece in pieces:
            yield piece

    async def read() -> None:
        current_speech.set(speech)
        async for piece in preemptive_reply.follow_llm(answer()):
            is_over = playable_after is not None and len(passed) >= playable_after
            assert preemptive_reply.is_pending is not is_over
            passed.append(piece)

    speech = session.prepares()
    await asyncio.create_task(read())
    assert passed == pieces
    assert preemptive_reply.is_pending is (playable_after is None)
    assert len(sounded) == (playable_after is not None)


class Voice(tts.TTS):
    """Says each text with 20 ms of silence."""

    def __init__(self) -> None:
        capabilities = tts.TTSCapabilities(streaming=True)
        super().__init__(capabilities=capabilities, sample_rate=24_000, num_channels=1)

    def synthesize(self, text: str, **options: object) -> tts.ChunkedStream:
        return self._synthesize_with_stream(text, **options)

    def stream(self, *, conn_options: object = None) -> tts.SynthesizeStream:
        return Spoken(tts=self, conn_options=conn_options)


class Spoken(tts.SynthesizeStream):
    """One text."""

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        async for _ in self._input_ch:
            pass
        self._mark_started()
        output_emitter.initialize(
            request_id="1",
            sample_rate=24_000,
            num_channels=1,
            mime_type="audio/pcm",
            stream=True,
        )
        output_emitter.start_segment(segment_id="1")
        output_emitter.push(bytes(960))
        output_emitter.end_segment()


async def test_the_first_frame_of_a_tts_is_reported() -> None:
    """With the speech that the reader works for, as LiveKit notes it."""
    session, preemptive_reply, sounded = followed()
    voices = NotifyingFallbackAdapter([Voice()], preemptive_reply=preemptive_reply)
    speech = session.prepares()

    async def read() -> list[rtc.AudioFrame]:
        current_speech.set(speech)
        async with voices.stream() as stream:
            stream.push_text("Yes.")
            stream.end_input()
            assert preemptive_reply.is_pending
            return [audio.frame async for audio in stream]

    frames = await asyncio.create_task(read(), context=contextvars.copy_context())
    assert frames
    assert sounded == ["sound"]
    assert not preemptive_reply.is_pending
    await voices.aclose()
