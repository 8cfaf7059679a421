"""The reply that is prepared while the turn may still continue, and whether it is playable yet.

Until it is playable, waiting costs nothing: the caller hears the reply at the same instant, and can
continue meanwhile without being cut off.
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

    def set_first_frame_callback(self, on_playable: Callable[[], None]) -> None:
        """Have `on_playable` called when the pending reply has its first frame."""
        self._on_playable = on_playable

    def on_first_frame(self, speech: SpeechHandle | None) -> None:
        """Note that a TTS has made a frame of this reply."""
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
    """LiveKit's adapter, which notifies `preemptive_reply` of first frames. It takes LiveKit's
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
        # The task that reads is the speech's own.
        self._preemptive_reply.on_first_frame(current_speech.get(None))
        return audio
