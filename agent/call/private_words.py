"""The caller's private words, names above all: a phrase with one of them is not kept.

A word that the caller says is private unless it is common to all calls: the agent's instructions
and stock phrases hold "doctor" and "appointment", but nobody's name.
"""

from __future__ import annotations

from collections.abc import Iterable

from livekit.agents import AgentSession, ConversationItemAddedEvent, UserInputTranscribedEvent
from livekit.agents.llm import ChatMessage
from livekit.plugins.sarvam_pooled import PhraseCache
from livekit.plugins.sarvam_pooled.phrases.policy import words


class PrivateWords:
    """The private words of one call.

    Args:
        common: Texts whose words are not private.
    """

    def __init__(self, common: Iterable[str]) -> None:
        self._common: set[str] = set()
        self._heard: set[str] = set()
        self.share(common)

    def share(self, texts: Iterable[str]) -> None:
        """The words of these texts are not private either."""
        self._common |= {word for text in texts for word in words(text)}

    def hear(self, text: str) -> frozenset[str]:
        """The caller said `text`; all private words so far."""
        self._heard |= {word for word in words(text) if word not in self._common}
        return frozenset(self._heard)

    def keep_from(self, phrases: PhraseCache, session: AgentSession[None]) -> None:
        """Have no phrase kept with a private word that the caller says in `session`."""

        def on_transcript(event: UserInputTranscribedEvent) -> None:
            phrases.private_words = self.hear(event.transcript)

        def on_item(event: ConversationItemAddedEvent) -> None:
            # Typed words have no transcript.
            if isinstance(event.item, ChatMessage) and event.item.role == "user":
                phrases.private_words = self.hear(event.item.text_content or "")

        session.on("user_input_transcribed", on_transcript)
        session.on("conversation_item_added", on_item)
