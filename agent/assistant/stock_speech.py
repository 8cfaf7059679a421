"""The stock phrases of one call, in its language: played from the store if it has them, synthesised
otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from livekit.agents import NOT_GIVEN, AgentSession, NotGivenOr
from livekit.agents.voice import SpeechHandle

from prewarm.stock_phrase_table import Phrases

from ..config.languages import Language
from .pcm_frames import in_portions


class StockSpeech:
    """The stock phrases of one call.

    Args:
        table: The phrases of each language in which the call can continue.
        language: The call's language.
        pcm: Sound (s16le mono, `SAMPLE_RATE` Hz) of a phrase; None while the store has none.
    """

    def __init__(
        self,
        table: Mapping[str, Phrases],
        language: Language,
        pcm: Callable[[str], bytes | None],
    ) -> None:
        self._table = table
        self.pcm = pcm
        self.switch_language(language)

    def switch_language(self, language: Language) -> None:
        """Continue the call in another language."""
        self.language = language
        self.phrases = self._table[language.code]

    def say(
        self,
        session: AgentSession[None],
        text: str,
        *,
        allow_interruptions: NotGivenOr[bool] = NOT_GIVEN,
        is_part_of_the_conversation: bool = False,
    ) -> SpeechHandle:
        """Say one of the phrases after what is being said. It is in the LLM's history only if it is
        part of the conversation.

        Raises:
            RuntimeError: The session is closing, or has not started.
        """
        pcm = self.pcm(text)
        return session.say(
            text,
            audio=NOT_GIVEN if pcm is None else in_portions(pcm),
            allow_interruptions=allow_interruptions,
            add_to_chat_ctx=is_part_of_the_conversation,
        )
