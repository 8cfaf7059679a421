"""What a call left behind: the rows of the database, the tools that ran, how it ended. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from evals.callers.schema import ExpectedRow
from evals.records.changes import Keys, changes, is_value
from evals.speech.asks import says
from evals.transcript import RowValues, Transcript

from .finding import Finding


def ending(call: Transcript) -> Iterator[Finding]:
    """The caller must have got to the end."""
    if call.ended != "done":
        yield Finding("end", f"the caller hung up: {call.ended}")


def records(call: Transcript, keys: Keys) -> Iterator[Finding]:
    """Expected rows must be there, and no other row may have changed."""
    expected = call.caller.expect.rows
    for row in expected:
        there = [one for one in call.after.get(row.table, ()) if _is(one, row)]
        if len(there) != row.count:
            yield Finding(
                "records",
                f"{len(there)} rows of {row.table} are {_shown(row)}, not {row.count}; "
                f"it has: {_rows(call.after.get(row.table, ()))}",
            )
    for change in changes(call.before, call.after, keys):
        left = change.new if change.new is not None else change.old
        if left is None or any(row.table == change.table and _is(left, row) for row in expected):
            continue
        how = "removed" if change.new is None else "added" if change.old is None else "changed"
        yield Finding("records", f"a row of {change.table} was {how}: {_rows((left,))}")


def outcome(call: Transcript) -> Iterator[Finding]:
    """Expected fields of the assistant's own outcome."""
    made = call.outcome or {}
    for name, value in call.caller.expect.outcome.items():
        if name not in made or not is_value(made[name], value):
            yield Finding("outcome", f"{name} is {made.get(name)!r}, not {value!r}")


def tools(call: Transcript) -> Iterator[Finding]:
    """Expected tools must have succeeded; others must not have run, or not have failed."""
    succeeded = {tool.name for tool in call.tools if not tool.failed}
    for name in call.caller.expect.calls:
        if name not in succeeded:
            ran = ", ".join(sorted({tool.name for tool in call.tools})) or "none"
            yield Finding("tools", f"{name} did not succeed; tools that ran: {ran}")
    for name in call.caller.expect.never_calls:
        if any(tool.name == name for tool in call.tools):
            yield Finding("tools", f"{name} ran")
    for tool in call.tools:
        if tool.failed and tool.name in call.caller.expect.never_fails:
            yield Finding("tools", f"{tool.name} failed: {tool.output}")


def spoken(call: Transcript) -> Iterator[Finding]:
    """Expected phrases must have been said; forbidden ones must not."""
    for group in call.caller.expect.says:
        if not any(says(phrase, call.said) for phrase in group):
            yield Finding("words", f"the agent never said {' or '.join(map(repr, group))}")
    for turn in call.turns:
        for phrase in call.caller.expect.never_says:
            if says(phrase, turn.reply):
                yield Finding("words", f"the agent said {phrase!r}", turn.number)


def _is(row: RowValues, expected: ExpectedRow) -> bool:
    return all(
        column in row and any(is_value(row[column], value) for value in values)
        for column, values in expected.where.items()
    )


def _shown(row: ExpectedRow) -> str:
    return ", ".join(
        f"{column}={'|'.join(map(str, values))}" for column, values in row.where.items()
    )


def _rows(rows: tuple[RowValues, ...]) -> str:
    shown = ["(" + ", ".join(f"{k}={v}" for k, v in row.items()) + ")" for row in rows]
    return "; ".join(shown) or "none"
