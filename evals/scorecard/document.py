"""A run as JSON: for a CI that keeps it, or a diff between two. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from evals.results import Result, Run


def document(run: Run) -> str:
    """The run: callers, findings and transcripts."""
    return json.dumps(
        {
            "assistant": run.assistant,
            "model": run.model,
            "seconds": round(run.seconds, 3),
            "passed": len(run.results) - len(run.failed),
            "callers": [_result(result) for result in run.results],
        },
        ensure_ascii=False,
        indent=2,
        default=str,
    )


def _result(result: Result) -> dict[str, Any]:
    call = result.call
    return {
        "id": result.caller,
        "language": call.caller.language,
        "persona": call.caller.persona,
        "goal": call.caller.goal,
        "passed": result.passed,
        "ended": call.ended,
        "seconds": round(call.seconds, 3),
        "findings": [asdict(finding) for finding in result.findings],
        "turns": [asdict(turn) for turn in call.turns],
    }
