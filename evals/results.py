"""What came of a run: each caller's transcript and what the judges found. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .judges.finding import Finding
from .transcript import Transcript


@dataclass(frozen=True, slots=True)
class Result:
    """One judged call."""

    call: Transcript
    findings: tuple[Finding, ...]

    @property
    def caller(self) -> str:
        """The caller's id."""
        return self.call.caller.id

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All judged calls of an assistant."""

    assistant: str
    results: tuple[Result, ...]
    """In the order of the file."""
    seconds: float
    """From the first call to the end of the last."""
    model: str
    """That answered the callers."""
    judged_by_model: bool = False

    @property
    def failed(self) -> Sequence[Result]:
        """The calls with findings."""
        return [result for result in self.results if not result.passed]
