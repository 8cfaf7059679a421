"""The table of a run: a line for each caller, and how often each rule was broken. Pure."""

from __future__ import annotations

from collections import Counter

from rich.table import Table
from rich.text import Text

from evals.judges.finding import RULES, Rule
from evals.results import Result, Run

_BAD = "bold red"


def table(run: Run) -> Table:
    """A line for each caller, with the rules that the call broke, and how often."""
    made = Table(title=f"{run.assistant}, answered by {run.model}", title_justify="left")
    made.add_column("caller", no_wrap=True)
    made.add_column("persona", style="dim", no_wrap=True)
    made.add_column("turns", justify="right")
    made.add_column("s", justify="right")
    made.add_column("result")
    for result in run.results:
        call = result.call
        made.add_row(
            Text(result.caller, style="" if result.passed else _BAD),
            call.caller.persona,
            str(len(call.turns) - 1),
            f"{call.seconds:.1f}",
            _outcome(result),
        )
    return made


def rules(run: Run) -> Table:
    """A line for each rule: how many callers kept it."""
    made = Table(box=None, pad_edge=False)
    made.add_column("rule")
    made.add_column("kept by", justify="right")
    for rule in (*RULES, *(("model",) if run.judged_by_model else ())):
        broken = sum(rule in _broken(result) for result in run.results)
        kept = f"{len(run.results) - broken} of {len(run.results)}"
        made.add_row(rule, Text(kept, style=_BAD if broken else "green"))
    return made


def summary(run: Run) -> str:
    """One line: how many passed, and how long it took."""
    passed = len(run.results) - len(run.failed)
    return f"{passed} of {len(run.results)} callers passed in {run.seconds:.1f} s"


def _outcome(result: Result) -> Text:
    broken = _broken(result)
    if not broken:
        return Text("passed", style="green")
    shown = (f"{rule} ({count})" if count > 1 else rule for rule, count in broken.items())
    return Text("✗ " + ", ".join(shown), style=_BAD)


def _broken(result: Result) -> Counter[Rule]:
    return Counter(finding.rule for finding in result.findings)
