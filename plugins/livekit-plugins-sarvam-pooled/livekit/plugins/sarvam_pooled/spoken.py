"""The form in which a text is sent, and under which phrases are stored. The module is pure."""

from __future__ import annotations

import re
from typing import Final

_BLANKS: Final = re.compile(r"[^\S\n]+")


def as_spoken(text: str) -> str:
    """`text` with single blanks, and none around it; line ends stay, because they are
    pauses (documented). Another pass changes nothing."""
    return _BLANKS.sub(" ", text).strip()
