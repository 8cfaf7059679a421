"""A call as text: who said what, which tools ran, what they wrote, and what is wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from evals.judges.finding import Finding
from evals.results import Result
from evals.transcript import RowChange, Turn


def transcript(result: Result) -> str:
    """The call, with each finding below its turn."""
    call = result.call
    head = f"{result.caller} ({call.caller.language}, {call.caller.persona}): {call.caller.goal}"
    lines = [head, *(line for turn in call.turns for line in _turn(turn, result.findings))]
    lines.append(f"  ends: {call.ended}")
    lines += [f"  ✗ {finding}" for finding in result.findings if finding.turn is None]
    return "\n".join(lines)


def _turn(turn: Turn, findings: tuple[Finding, ...]) -> Iterator[str]:
    if turn.number:
        yield f"  {turn.number:2} caller: {turn.caller}"
    for tool in turn.tools:
        failed = " failed" if tool.failed else ""
        yield f"     tool:   {tool.name}({tool.arguments}){failed} -> {tool.output}"
    for change in turn.changes:
        yield f"     row:    {_change(change)}"
    for words in turn.agent:
        yield f"     agent:  {words}"
    for finding in findings:
        if finding.turn == turn.number:
            yield f"     ✗ {finding.rule}: {finding.message}"


def _change(change: RowChange) -> str:
    if change.old is None:
        return f"{change.table} + {_values(change.new)}"
    if change.new is None:
        return f"{change.table} - {_values(change.old)}"
    differing = {k: v for k, v in change.new.items() if change.old.get(k) != v}
    return f"{change.table} ~ {_values(differing)}"


def _values(row: object) -> str:
    items = row.items() if isinstance(row, dict) else ()
    return ", ".join(f"{key}={value}" for key, value in items)
