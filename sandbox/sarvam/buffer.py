"""Text before synthesis: held until there is enough, cut at sentence ends. Pure."""

from __future__ import annotations

import re

# The end of a sentence, with closing quotes and the space after it.
_SENTENCE_END = re.compile(r"[.!?।॥…]+[\"'”’)\]]*\s*")
_SPACE = re.compile(r"\s+")


class TextBuffer:
    """The text that a client has sent and that is not yet spoken.

    Text is held until it has `min_buffer_size` characters, and then spoken at once; a shorter rest
    waits for more text or a flush (documented, with an example of 60 then 20 characters). So a
    first sentence below the threshold never starts without a flush.
    """

    def __init__(self) -> None:
        self._held = ""

    @property
    def held(self) -> str:
        """The waiting text."""
        return self._held

    def append(self, text: str, *, min_buffer_size: int, max_chunk_length: int) -> list[str]:
        """Add text; returns the pieces to speak now, in order."""
        self._held += text
        return self.flush(max_chunk_length) if len(self._held) >= min_buffer_size else []

    def flush(self, max_chunk_length: int) -> list[str]:
        """All waiting text, in pieces for the model."""
        text, self._held = self._held, ""
        return split_text(text, max_chunk_length)


def split_text(text: str, limit: int) -> list[str]:
    """Cut into pieces of at most `limit` characters that join to the same text.

    A piece ends at the last sentence end within the limit, else at the last space, else at it.
    """
    pieces = []
    while len(text) > limit:
        cut = _last_end(_SENTENCE_END, text, limit) or _last_end(_SPACE, text, limit) or limit
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text] if text else pieces


def _last_end(pattern: re.Pattern[str], text: str, limit: int) -> int:
    ends = (match.end() for match in pattern.finditer(text, 0, limit))
    return max(ends, default=0)
