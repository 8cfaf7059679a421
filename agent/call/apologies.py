"""What the caller hears in place of an answer when a provider has failed for good, and not silence.

An apology is sound from the store, so it needs neither LLM nor TTS. It is kept out of the LLM's
history, as it is no answer.

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
    """The apologies of one call. Of a language's apologies the first asks the caller to say it
    again, the last to hold on; without any there is silence."""

    def __init__(self, speech: StockSpeech) -> None:
        self._speech = speech
        self._session: AgentSession[None] | None = None
        self._last: SpeechHandle | None = None
        self._is_deaf = False

    def listen(self, session: AgentSession[None]) -> None:
        """Apologise in `session` when it reports a failure. Failures of the LLM are reported by
        `no_answer`, as some belong to an answer that nobody waits for."""
        self._session = session
        session.on("error", self._on_error)
        session.on("user_input_transcribed", self._on_words)

    def no_answer(self) -> None:
        """The LLM has failed, and the caller waits."""
        self._say(0, has_tts=True)

    def _on_error(self, event: ErrorEvent) -> None:
        if event.error.recoverable:
            return
        if isinstance(event.error, TTSError):
            self._say(0, has_tts=False)
        elif isinstance(event.error, STTError) and not self._is_deaf:
            self._is_deaf = True
            self._say(-1, has_tts=True)

    def _on_words(self, _: object) -> None:
        self._is_deaf = False

    def _say(self, which: int, *, has_tts: bool) -> None:
        """Apologise, unless an apology is still to be heard: several things fail at once."""
        texts = self._speech.phrases.apologies
        if self._session is None or not texts:
            return
        if self._last is not None and not self._last.done():
            return
        text = texts[which]
        if not has_tts and self._speech.pcm(text) is None:
            return
        try:
            self._last = self._speech.say(self._session, text)
        except RuntimeError:
            # The session is closing; there is nobody left to talk to.
            logger.debug("no apology: the session is closing")
