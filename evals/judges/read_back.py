"""Whether what the agent confirms is what was written. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from evals.records.changes import as_datetime
from evals.speech.asks import claims
from evals.speech.days import days
from evals.speech.folding import words
from evals.speech.script import language_of
from evals.speech.sentences import is_question, sentences
from evals.speech.times import DIAL, spoken, times
from evals.transcript import RowChange, Transcript, Turn

from .finding import Finding


def read_back(
    call: Transcript, columns: Mapping[str, tuple[str, ...]], now: datetime
) -> Iterator[Finding]:
    """After a row was written, the reply must say its columns, as they were written; and nothing
    may be called done that was not written.

    Args:
        columns: Table -> the columns to say; see `CallerFile.read_back`.
    """
    written = any(call.before.values())
    for turn in call.turns:
        for change in turn.changes:
            written = True
            for column in columns.get(change.table, ()):
                yield from _said(turn, change, column, now.date())
        if columns and not written and _claims(turn):
            yield Finding("read-back", "it is called done, and nothing was written", turn.number)


def _claims(turn: Turn) -> bool:
    return any(
        claims("done", one) and not claims("no", one)
        for one in sentences(turn.reply)
        if not is_question(one)
    )


def _said(turn: Turn, change: RowChange, column: str, today: date) -> Iterator[Finding]:
    if change.new is None or change.new.get(column) is None:
        return
    value = change.new[column]
    if change.old is not None and change.old.get(column) == value:
        return  # A cancelled row keeps its time, which need not be said.
    moment = as_datetime(value)
    where = f"{change.table}.{column}"
    if moment is not None or isinstance(value, time):
        clock = moment.time() if moment is not None else value
        wanted = (60 * clock.hour + clock.minute) % DIAL
        if wanted not in times(turn.reply):
            yield Finding(
                "read-back",
                f"{where} is {spoken(wanted)}, and the reply does not say so",
                turn.number,
            )
    day = moment.date() if moment is not None else value if isinstance(value, date) else None
    if day is not None:
        said = days(turn.reply, today)
        if day not in said:
            named = ", ".join(map(str, sorted(said))) or "no day"
            yield Finding(
                "read-back",
                f"{where} is on {day:%A, %Y-%m-%d}; the reply says {named}",
                turn.number,
            )
    elif moment is None and not isinstance(value, time) and language_of(turn.reply) == "en":
        spoken_words = set(words(turn.reply))
        if not spoken_words >= set(words(str(value))):
            yield Finding("read-back", f"{where} is {value!r}, which is not said", turn.number)
