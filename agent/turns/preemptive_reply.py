"""The reply that is prepared while the turn may still go on, and whether it is playable yet.

Until it is, waiting costs nothing: a turn that ends when its reply is playable is answered as soon
as one that ended before, and a caller who continues meanwhile is not cut off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livekit.agents import AgentSession, APIConnectOptions, SpeechCreatedEvent
from livekit.agents.tts import FallbackAdapter, SynthesizedAudio
from livekit.agents.tts.fallback_adapter import (
    DEFAULT_FALLBACK_API_CONNECT_OPTIONS,
    FallbackSynthesizeStream,
)
from livekit.agents.voice import SpeechHandle

from ..livekit_internals.call import current_speech


class PreemptiveReply:
    """Follows the replies of one call."""

    def __init__(self) -> None:
        self._reply: SpeechHandle | None = None
        self._on_sound: Callable[[], None] | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether a reply is being prepared that makes no sound yet."""
        reply = self._reply
        return reply is not None and not reply.interrupted and not reply.done()

    def listen(self, session: AgentSession[Any]) -> None:
        """Follow a session; before it is started."""
        session.on("speech_created", self._on_speech)

    def on_first_frame(self, on_sound: Callable[[], None]) -> None:
        """Have `on_sound` called when the reply that is awaited makes its first sound."""
        self._on_sound = on_sound

    def first_frame(self, speech: SpeechHandle | None) -> None:
        """A TTS has made a frame of this reply."""
        if speech is None or speech is not self._reply:
            return
        self._reply = None
        if self._on_sound is not None:
            self._on_sound()

    def _on_speech(self, event: SpeechCreatedEvent) -> None:
        # What is said by itself, as a greeting is, answers no turn.
        if event.source == "generate_reply":
            self._reply = event.speech_handle


class NotifyingFallbackAdapter(FallbackAdapter):
    """Takes what LiveKit's takes, and `preemptive_reply`, which it notifies of first frames."""

    def __init__(self, *voices: Any, preemptive_reply: PreemptiveReply, **options: Any) -> None:
        super().__init__(*voices, **options)
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
        # The task that reads is the speech's own.
        self._preemptive_reply.first_frame(current_speech.get(None))
        return audio
