"""The structured outcome of a call: extracted when it has ended, kept beside the journal, and
posted to a webhook.

The process of the call only writes the event to a spool on disk. The worker, which outlives it,
posts what is there, and so does the next worker.
"""

from __future__ import annotations

from .call_outcome import CallOutcome
from .declared import DeclaresOutcome, problem_of_outcome
from .sender import outcome_sender
from .spool import Spool

__all__ = ["CallOutcome", "DeclaresOutcome", "Spool", "outcome_sender", "problem_of_outcome"]
