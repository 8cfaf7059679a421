"""A reply cut into its sentences. Pure."""

from __future__ import annotations

import re

_ABBREVIATIONS = re.compile(r"\b(dr|mr|mrs|ms|rs|no|st|a\.m|p\.m|f\.c|a|p)\.", re.IGNORECASE)
_END = re.compile(r"(?<=[.?!।॥])\s+")
_MASK = "\ue000"
# "at 9:30 a.m. Shall I" has an end, "9:30 a.m. to 1 p.m." has none.
_END_OF_TIME = re.compile(rf"([AaPp]{_MASK}[Mm]){_MASK}(?=\s+[A-Z\u0900-\u0dff])")


def sentences(text: str) -> list[str]:
    """The sentences; a full stop of `Dr.`, `Rs.` or `a.m.` ends none, unless a capital or an Indic
    letter follows the time."""
    masked = _ABBREVIATIONS.sub(lambda found: found[0].replace(".", _MASK), text)
    # "at 9:30 a.m. Shall I" has an end, "9:30 a.m. to 1 p.m." has none.
    masked = _END_OF_TIME.sub(r"\1.", masked)
    return [
        one.replace(_MASK, ".").strip() for one in _END.split(masked.strip()) if one.strip(" .")
    ]


def is_question(sentence: str) -> bool:
    """Whether it ends with a question mark."""
    return sentence.rstrip().endswith("?")
