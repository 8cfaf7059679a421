"""What the caller hears in place of an answer when a provider has failed for good: no silence.

It is the sound of the store, so it needs neither language model nor voice, and is kept out of the
model's history, as it is no answer.

- The language model or all voices failed: nothing goes on until the caller speaks, who is asked to
  say it again.
- The recogniser failed: LiveKit connects it anew by itself, and words are lost meanwhile, so the
  caller is asked to hold on; once, until something is heard again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from livekit.agents import AgentSession, ErrorEvent
from livekit.agents.stt import STTError
from livekit.agents.tts import TTSError
from livekit.agents.voice import SpeechHandle

from .stock_speech import say_stock

logger = logging.getLogger(__name__)


class Apologies:
    """The apologies of one call.

    Args:
        texts: The first asks to say it again, the last to hold on; none for silence.
        audio: PCM (s16le mono) of one of them, None while the store has none.
        sample_rate: Hz of that PCM.
    """

    def __init__(
        self, texts: Sequence[str], audio: Callable[[str], bytes | None], *, sample_rate: int
    ) -> None:
        self.texts = texts
        self._audio = audio
        self._rate = sample_rate
        self._session: AgentSession[None] | None = None
        self._last: SpeechHandle | None = None
        self._is_deaf = False

    def listen(self, session: AgentSession[None]) -> None:
        """Speak up in `session` when it tells of a failure. Those of the language model are told by
        `no_answer`, as some belong to an answer that nobody waits for."""
        self._session = session
        session.on("error", self._on_error)
        session.on("user_input_transcribed", self._on_words)

    def no_answer(self) -> None:
        """The language model has failed, and the caller waits."""
        self._say(0, has_voice=True)

    def _on_error(self, event: ErrorEvent) -> None:
        if event.error.recoverable:
            return
        if isinstance(event.error, TTSError):
            self._say(0, has_voice=False)
        elif isinstance(event.error, STTError) and not self._is_deaf:
            self._is_deaf = True
            self._say(-1, has_voice=True)

    def _on_words(self, _: object) -> None:
        self._is_deaf = False

    def _say(self, which: int, *, has_voice: bool) -> None:
        """Say one of the texts, unless one is still to be heard: several things fail at once."""
        if self._session is None or not self.texts:
            return
        if self._last is not None and not self._last.done():
            return
        text = self.texts[which]
        pcm = self._audio(text)
        if pcm is None and not has_voice:
            return
        try:
            self._last = say_stock(self._session, text, pcm, sample_rate=self._rate)
        except RuntimeError:
            # The session is closing; there is nobody left to talk to.
            logger.debug("no apology: the session is closing")
