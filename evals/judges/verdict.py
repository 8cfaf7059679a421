"""All rules over one call. Pure."""

from __future__ import annotations

from evals.callers.schema import CallerFile
from evals.records.changes import Keys
from evals.speech.asks import Asks
from evals.transcript import Transcript

from . import rules
from .end_state import ending, outcome, records, spoken, tools
from .finding import Finding
from .read_back import read_back
from .sources import sources


def judge(call: Transcript, file: CallerFile, asks: Asks, keys: Keys) -> tuple[Finding, ...]:
    """What is wrong with a call, the end state first."""
    return (
        *ending(call),
        *records(call, keys),
        *outcome(call),
        *tools(call),
        *spoken(call),
        *sources(call, file.names),
        *rules.one_thing(call, asks),
        *rules.language(call),
        *read_back(call, file.database.read_back, file.now),
        *rules.once(call),
        *rules.replies(call),
        *rules.speech(call),
    )
