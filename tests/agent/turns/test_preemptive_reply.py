"""Whether a reply is being prepared that cannot be heard yet."""

from __future__ import annotations

import asyncio
import contextvars

from livekit import rtc
from livekit.agents import SpeechCreatedEvent, tts
from livekit.agents.voice import SpeechHandle
from livekit.rtc import EventEmitter

from agent.livekit_internals.call import current_speech
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
    preemptive_reply.set_first_frame_callback(lambda: sounded.append("sound"))
    return session, preemptive_reply, sounded


async def test_a_reply_is_pending_until_it_sounds() -> None:
    """And its first frame is reported once."""
    session, preemptive_reply, sounded = followed()
    assert not preemptive_reply.is_pending
    speech = session.prepares()
    assert preemptive_reply.is_pending
    preemptive_reply.on_first_frame(speech)
    preemptive_reply.on_first_frame(speech)
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
    preemptive_reply.on_first_frame(dropped)
    assert preemptive_reply.is_pending
    assert not sounded


async def test_what_answers_no_turn_is_not_pending() -> None:
    """A greeting is spoken by itself, and other sound belongs to no reply at all."""
    session, preemptive_reply, sounded = followed()
    session.prepares("say")
    assert not preemptive_reply.is_pending
    preemptive_reply.on_first_frame(None)
    assert not sounded


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
