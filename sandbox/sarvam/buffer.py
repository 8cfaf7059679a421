"""Text on its way to the model: held until there is enough, cut where a sentence ends. Pure."""

from __future__ import annotations

import re

# A sentence ends at these, with closing quotes and the space behind it.
_SENTENCE_END = re.compile(r"[.!?।॥…]+[\"'”’)\]]*\s*")
_SPACE = re.compile(r"\s+")


class TextBuffer:
    """What a client has sent and the model has not yet taken.

    Text is held until `min_buffer_size` characters are there, then all of it goes at once; a
    later, shorter rest waits for more text or a flush (documented, with an example of 60 then 20
    characters). So a first sentence under the threshold never starts by itself.
    """

    def __init__(self) -> None:
        self._held = ""

    @property
    def held(self) -> str:
        """The text that waits."""
        return self._held

    def append(self, text: str, *, min_buffer_size: int, max_chunk_length: int) -> list[str]:
        """Add text; the pieces, if any, that are spoken now, in order."""
        self._held += text
        return self.flush(max_chunk_length) if len(self._held) >= min_buffer_size else []

    def flush(self, max_chunk_length: int) -> list[str]:
        """All that waits, in pieces for the model; none if nothing does."""
        text, self._held = self._held, ""
        return split_text(text, max_chunk_length)


def split_text(text: str, limit: int) -> list[str]:
    """Cut into pieces of at most `limit` characters that join to the same text.

    A piece ends at the last sentence end that fits, else at the last space, else at the limit.
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
