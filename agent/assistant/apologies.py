"""Apologies, played instead of silence when a provider has failed permanently.

An apology is sound from the store, so it needs neither LLM nor TTS. It is kept out of the LLM's
history because it is no answer.

- The LLM or both TTS failed: nothing happens until the caller speaks, so the agent asks the caller
  to say it again.
- The STT failed: LiveKit reconnects it, and words are lost meanwhile, so the agent asks the caller
  to hold on; once, until words come again.
"""

from __future__ import annotations

import logging

from livekit.agents import AgentSession, ErrorEvent
from livekit.agents.stt import STTError
from livekit.agents.tts import TTSError
from livekit.agents.voice import SpeechHandle

from .stock_speech import StockSpeech

logger = logging.getLogger(__name__)


class Apologies:
    """The apologies of one call, made when its session reports a failure of STT or TTS. A language
    without them leaves silence."""

    def __init__(self, speech: StockSpeech, session: AgentSession[None]) -> None:
        self._speech = speech
        self._session = session
        self._last: SpeechHandle | None = None
        self._stt_failed = False
        session.on("error", self._on_error)
        session.on("user_input_transcribed", self._on_words)

    def on_llm_failed(self) -> None:
        """Apologise for the LLM: the caller waits. The session's own reports of its failures
        include those of replies that nobody waits for."""
        self._say(self._speech.phrases.say_again_apology, has_tts=True)

    def _on_error(self, event: ErrorEvent) -> None:
        if event.error.recoverable:
            return
        if isinstance(event.error, TTSError):
            self._say(self._speech.phrases.say_again_apology, has_tts=False)
        elif isinstance(event.error, STTError) and not self._stt_failed:
            self._stt_failed = True
            self._say(self._speech.phrases.hold_on_apology, has_tts=True)

    def _on_words(self, _: object) -> None:
        self._stt_failed = False

    def _say(self, text: str, *, has_tts: bool) -> None:
        """Apologise, unless an apology is in progress: several things fail at once."""
        if not text:
            return
        if self._last is not None and not self._last.done():
            return
        if not has_tts and self._speech.pcm(text) is None:
            return
        try:
            self._last = self._speech.say(self._session, text)
        except RuntimeError:
            # The session is closing: nobody would hear it.
            logger.debug("no apology: the session is closing")
