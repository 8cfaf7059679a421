"""The caller's private words, mostly names: a phrase with one of them is not kept.

A word that the caller says is private unless it is common to all calls: the agent's instructions
and stock phrases hold "doctor" and "appointment", but nobody's name. Tools bring names that the
caller has not said, or not in Latin letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from livekit.agents import (
    AgentSession,
    ConversationItemAddedEvent,
    FunctionToolsExecutedEvent,
    UserInputTranscribedEvent,
)
from livekit.agents.llm import ChatMessage
from livekit.plugins.sarvam_pooled import PhraseCache
from livekit.plugins.sarvam_pooled.phrases.policy import words

# Python's \w has no vowel signs of Indian scripts.
_WORD: Final = re.compile(r"""[^\W\d_][^\s"',:;()\[\]{}]*""")


class PrivateWords:
    """The private words of one call.

    Args:
        public: Texts whose words are not private.
    """

    def __init__(self, public: Iterable[str]) -> None:
        self._public: set[str] = set()
        self._private: set[str] = set()
        self.add_public_words(public)

    def add_public_words(self, texts: Iterable[str]) -> None:
        """Take the words of these texts for public, too."""
        self._public |= {word for text in texts for word in words(text)}

    def add_caller_words(self, text: str) -> frozenset[str]:
        """Add what the caller said; returns all private words so far."""
        self._private |= {word for word in words(text) if word not in self._public}
        return frozenset(self._private)

    def add_tool_words(self, text: str) -> frozenset[str]:
        """Add the names in a tool's arguments or result; returns all private words so far. In Latin
        letters a name has a capital."""
        names = [word for word in _WORD.findall(text) if not word[0].islower()]
        return self.add_caller_words(" ".join(names))

    def attach(self, phrases: PhraseCache, session: AgentSession[None]) -> None:
        """Keep phrases with the private words of the caller of `session` out of the cache."""

        def on_transcript(event: UserInputTranscribedEvent) -> None:
            phrases.private_words = self.add_caller_words(event.transcript)

        def on_item(event: ConversationItemAddedEvent) -> None:
            # Typed words have no transcript.
            if isinstance(event.item, ChatMessage) and event.item.role == "user":
                phrases.private_words = self.add_caller_words(event.item.text_content or "")

        def on_tools(event: FunctionToolsExecutedEvent) -> None:
            for call, result in event.zipped():
                phrases.private_words = self.add_tool_words(f"{call.arguments} {result.output}")

        session.on("function_tools_executed", on_tools)
        session.on("user_input_transcribed", on_transcript)
        session.on("conversation_item_added", on_item)
