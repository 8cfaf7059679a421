"""How the tools of an assistant run: once for a turn, within a time limit, with a filler while the
caller waits, and with arguments and results that are checked.

`GuardedTools` is the base of an agent whose tools run so; `ToolRuns` has the rules of one call.
"""

from __future__ import annotations

from .guard import GuardedTools
from .latin import PROMPT
from .rules import tool_rules
from .runs import ToolRuns
from .schemas import names_of, problems_of

__all__ = ["PROMPT", "GuardedTools", "ToolRuns", "names_of", "problems_of", "tool_rules"]
