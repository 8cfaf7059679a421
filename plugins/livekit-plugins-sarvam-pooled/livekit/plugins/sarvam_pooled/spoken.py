"""A text as it is sent, and as phrases are stored under it. Pure."""

from __future__ import annotations

import re
from typing import Final

_BLANKS: Final = re.compile(r"[^\S\n]+")


def as_spoken(text: str) -> str:
    """`text` with single blanks, and none around it; line ends stay, as they are pauses
    (documented). Another pass changes nothing."""
    return _BLANKS.sub(" ", text).strip()
