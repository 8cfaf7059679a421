"""The reply that is prepared while the turn may still continue, and whether it is playable yet.

It is playable once its first sound is there. Until then waiting costs nothing: the caller hears the
reply at the same instant, and can continue meanwhile without being cut off. A reply that begins
with a tool call, or is empty, counts as playable at once: it gets no sound before the turn is over,
because LiveKit runs its tools only then.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from livekit.agents import AgentSession, APIConnectOptions, SpeechCreatedEvent
from livekit.agents.tts import FallbackAdapter, SynthesizedAudio
from livekit.agents.tts.fallback_adapter import (
    DEFAULT_FALLBACK_API_CONNECT_OPTIONS,
    FallbackSynthesizeStream,
)
from livekit.agents.voice import SpeechHandle

from ..livekit_internals.call import current_speech
from ..llm_pieces import calls_tool, text_of


class PreemptiveReply:
    """Tracks the reply that a call is preparing."""

    def __init__(self) -> None:
        self._reply: SpeechHandle | None = None
        self._on_playable: Callable[[], None] | None = None

    @property
    def is_pending(self) -> bool:
        """Whether a reply is being prepared that is not playable yet."""
        reply = self._reply
        return reply is not None and not reply.interrupted and not reply.done()

    def listen(self, session: AgentSession[Any]) -> None:
        """Follow a session; before it is started."""
        session.on("speech_created", self._on_speech)

    def set_playable_callback(self, on_playable: Callable[[], None]) -> None:
        """Have `on_playable` called when the pending reply becomes playable."""
        self._on_playable = on_playable

    def note_frame(self) -> None:
        """Note that a TTS has made a frame for the speech of the current task."""
        self._note_playable(current_speech.get(None))

    async def follow_llm(self, pieces: AsyncGenerator[Any]) -> AsyncGenerator[Any]:
        """Pass on the LLM's answer for the speech of the current task."""
        speech = current_speech.get(None)
        async with aclosing(pieces):
            async for piece in pieces:
                if text_of(piece).strip():
                    # It becomes playable by its sound, also if a tool call follows.
                    speech = None
                elif calls_tool(piece):
                    self._note_playable(speech)
                yield piece
        self._note_playable(speech)

    def _note_playable(self, speech: SpeechHandle | None) -> None:
        if speech is None or speech is not self._reply:
            return
        self._reply = None
        if self._on_playable is not None:
            self._on_playable()

    def _on_speech(self, event: SpeechCreatedEvent) -> None:
        # A speech that the agent starts by itself, such as a greeting, answers no turn.
        if event.source == "generate_reply":
            self._reply = event.speech_handle


class NotifyingFallbackAdapter(FallbackAdapter):
    """LiveKit's adapter, which notifies `preemptive_reply` of frames. It takes LiveKit's
    arguments, too."""

    def __init__(self, *tts: Any, preemptive_reply: PreemptiveReply, **options: Any) -> None:
        super().__init__(*tts, **options)
        self._preemptive_reply = preemptive_reply

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_FALLBACK_API_CONNECT_OPTIONS
    ) -> FallbackSynthesizeStream:
        """LiveKit's stream, which notifies `preemptive_reply`."""
        return _NotifyingFallbackStream(
            tts=self, conn_options=conn_options, preemptive_reply=self._preemptive_reply
        )


class _NotifyingFallbackStream(FallbackSynthesizeStream):
    def __init__(
        self,
        *,
        tts: FallbackAdapter,
        conn_options: APIConnectOptions,
        preemptive_reply: PreemptiveReply,
    ) -> None:
        super().__init__(tts=tts, conn_options=conn_options)
        self._preemptive_reply = preemptive_reply

    async def __anext__(self) -> SynthesizedAudio:
        audio = await super().__anext__()
        # The task that iterates this stream runs in the speech's context, so `current_speech` names
        # the reply.
        self._preemptive_reply.note_frame()
        return audio
